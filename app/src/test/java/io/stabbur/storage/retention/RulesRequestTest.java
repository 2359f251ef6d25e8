package io.stabbur.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.StorageError;
import io.stabbur.testing.Refusals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of a bucket as a client sends them.
class RulesRequestTest {
  @Test
  void whatIsNotNamedIsNotAsked() {
    var rules = RulesRequest.read(Json.parse("{}"));
    assertThat(rules.checkTypes()).isFalse();
    assertThat(rules.deleteAfterDays()).isNull();
    assertThat(rules.legalHold()).isFalse();
    assertThat(rules.encrypt()).isNull();
    assertThat(rules.plainRefusals()).isFalse();
    assertThat(
            RulesRequest.read(
                Json.parse("{\"check_types\":null,\"delete_after_days\":null,\"encrypt\":null}")))
        .isEqualTo(rules);
  }

  @Test
  void everyRuleIsRead() {
    var rules =
        RulesRequest.read(
            Json.parse(
                """
                {"check_types":true,"delete_after_days":30,"legal_hold":true,"encrypt":"folder",
                 "plain_refusals":true}\
                """));
    assertThat(rules.checkTypes()).isTrue();
    assertThat(rules.deleteAfterDays()).isEqualTo(30);
    assertThat(rules.legalHold()).isTrue();
    assertThat(rules.encrypt()).isEqualTo(Encryption.parse("folder").orElseThrow());
    assertThat(rules.plainRefusals()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "36500", "36500.0", "3.65e4"})
  void daysAreAWholeNumber(String days) {
    assertThat(RulesRequest.read(Json.parse("{\"delete_after_days\":" + days + "}")))
        .satisfies(
            rules -> assertThat(rules.deleteAfterDays()).isEqualTo((int) Double.parseDouble(days)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "0.5", "1.5", "36501", "1e300", "\"30\"", "true", "[30]"})
  void otherDaysAreRefused(String days) {
    assertThat(
            Refusals.of(
                () -> RulesRequest.read(Json.parse("{\"delete_after_days\":" + days + "}"))))
        .isEqualTo(
            new StorageError.InvalidParameter(
                "body/delete_after_days must be a whole number from 1 to 36500"));
  }

  /// A misspelt hold must not count as none.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"legalHold\":true} | body must NOT have the property legalHold",
        "{\"legal_hold\":\"true\"} | body/legal_hold must be boolean",
        "{\"legal_hold\":1} | body/legal_hold must be boolean",
        "{\"encrypt\":\"on\"} | body/encrypt must be off, project or folder",
        "{\"encrypt\":true} | body/encrypt must be off, project or folder"
      })
  void whatIsNoRuleIsRefused(String body, String message) {
    assertThat(Refusals.of(() -> RulesRequest.read(Json.parse(body))))
        .isEqualTo(new StorageError.InvalidParameter(message));
  }
}

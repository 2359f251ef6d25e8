package io.stabbur.data.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.error.DataError;
import io.stabbur.data.reply.Reply.Body;
import io.stabbur.data.reply.Reply.Header;
import io.stabbur.platform.error.ApiException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `response.status` and `response.headers`: what SQL may change of an answer, and what it may not
/// say.
class GucSettingsTest {
  private static final Reply REPLY =
      new Reply(
          206,
          "Partial Content",
          List.of(new Header("Content-Type", "application/json"), new Header("Vary", "Accept")),
          new Body.None());

  @Test
  void withoutSettingsTheReplyIsTheSame() {
    assertThat(GucSettings.apply(REPLY, outcome(null, null))).isSameAs(REPLY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | 200",
        "418 | 418",
        "599 | 599",
        "100 | 100",
        "404 not found | 404",
        "204.5 | 204",
        "201, 202 | 201"
      })
  void aStatusIsTheDigitsThatASettingBeginsWith(String setting, int status) {
    var reply = GucSettings.apply(REPLY, outcome(setting, null));

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.headers()).isEqualTo(REPLY.headers());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " 200", "-1", "+200", "abc", "1000", "20000000000", "x200"})
  void aStatusThatIsNoneIsRefused(String setting) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> GucSettings.apply(REPLY, outcome(setting, null)))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new DataError.StatusSetting()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | Content-Type: application/json, Vary: Accept",
        "[{\"X-A\": \"1\"}] | Content-Type: application/json, Vary: Accept, X-A: 1",
        "[{\"X-A\": \"1\"}, {\"X-B\": \"2\"}]"
            + " | Content-Type: application/json, Vary: Accept, X-A: 1, X-B: 2",
        "[{\"content-type\": \"text/csv\"}] | Vary: Accept, content-type: text/csv",
        "[{\"VARY\": \"a\"}, {\"vary\": \"b\"}]"
            + " | Content-Type: application/json, VARY: a, vary: b",
        "[{\"Set-Cookie\": \"a=1\"}, {\"Set-Cookie\": \"b=2\"}]"
            + " | Content-Type: application/json, Vary: Accept, Set-Cookie: a=1, Set-Cookie: b=2",
        "[{\"X-A\": \"\"}] | Content-Type: application/json, Vary: Accept, X-A: "
      })
  void ownHeadersReplaceThoseOfTheSameName(String setting, String headers) {
    var reply = GucSettings.apply(REPLY, outcome(null, setting));

    assertThat(text(reply)).isEqualTo(headers.stripTrailing());
    assertThat(reply.status()).isEqualTo(206);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "null",
        "{}",
        "{\"X-A\": \"1\"}",
        "[1]",
        "[null]",
        "[\"X-A: 1\"]",
        "[{}]",
        "[{\"X-A\": 1}]",
        "[{\"X-A\": null}]",
        "[{\"X-A\": [\"1\"]}]",
        "[{\"X-A\": \"1\", \"X-B\": \"2\"}]",
        "[{\"X-A\": \"1\"}, {}]",
        "[{\"X-A\": \"1\"}",
        "[{\"X-A\": \"1\"}] x"
      })
  void headersThatAreNoListOfSinglePairsAreRefused(String setting) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> GucSettings.apply(REPLY, outcome(null, setting)))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new DataError.HeadersSetting()));
  }

  @Test
  void bothMayBeSetAndTheBodyStays() {
    var reply = GucSettings.apply(REPLY, outcome("201", "[{\"Vary\": \"Origin\"}]"));

    assertThat(reply.status()).isEqualTo(201);
    assertThat(text(reply)).isEqualTo("Content-Type: application/json, Vary: Origin");
    assertThat(reply.body()).isEqualTo(REPLY.body());
  }

  @Test
  void aWrongStatusIsRefusedBesideRightHeaders() {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> GucSettings.apply(REPLY, outcome("x", "[]")))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new DataError.StatusSetting()));
  }

  private static String text(Reply reply) {
    return reply.headers().stream()
        .map(header -> header.name() + ": " + header.value())
        .collect(Collectors.joining(", "))
        .stripTrailing();
  }

  private static Outcome outcome(@Nullable String status, @Nullable String headers) {
    return new Outcome(null, 0, new Body.None(), headers, status, List.of(), null);
  }
}

package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What must hold of a token's claims besides its signature: its times, with half a minute of skew,
/// and its audience; and how single claims are read.
class TokenRulesTest {
  private static final long NOW = 1_800_000_000L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
  private static final String ID = "0b7e6a52-5c7a-4a8e-9a3c-3f0d6a1b2c3d";

  private static Claims claims(String json) {
    return Claims.of(Json.parse(json));
  }

  private static void accepted(String json, @Nullable String audience) {
    assertThatCode(() -> new TokenRules(audience).check(claims(json), CLOCK))
        .as(json)
        .doesNotThrowAnyException();
  }

  private static void refused(ThrowingCallable call, TokenError error) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.error()).isEqualTo(error));
  }

  private static void refused(String json, @Nullable String audience, TokenError error) {
    refused(() -> new TokenRules(audience).check(claims(json), CLOCK), error);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"exp\":null,\"nbf\":null,\"iat\":null}",
        "{\"exp\":1800000000}",
        "{\"exp\":1799999970}",
        "{\"exp\":1799999970.9}",
        "{\"exp\":1.8e9}",
        "{\"exp\":1e300}",
        "{\"exp\":99999999999999999999}",
        "{\"nbf\":1800000030}",
        "{\"nbf\":0}",
        "{\"nbf\":-1e300}",
        "{\"iat\":1800000030}",
        "{\"iat\":1}"
      })
  void aTokenCountsWithinItsTimesAndHalfAMinuteAround(String json) {
    accepted(json, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1799999969", "1799999969.9", "0", "-1", "-1e300", "-99999999999999999999"})
  void aTokenIsExpiredAfterItsEnd(String exp) {
    refused("{\"exp\":" + exp + "}", null, new TokenError.Expired());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1800000031", "1e300", "99999999999999999999"})
  void aTokenDoesNotCountBeforeItsBegin(String time) {
    refused("{\"nbf\":" + time + "}", null, new TokenError.NotYetValid());
    refused("{\"iat\":" + time + "}", null, new TokenError.IssuedInFuture());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"exp\":\"1900000000\"} | exp",
        "{\"exp\":true} | exp",
        "{\"exp\":[]} | exp",
        "{\"nbf\":\"0\"} | nbf",
        "{\"iat\":{}} | iat"
      })
  void aTimeIsANumber(String json, String name) {
    refused(json, null, new TokenError.WrongType(name, "number"));
  }

  @Test
  void theEndIsJudgedFirst() {
    refused("{\"exp\":0,\"nbf\":1900000000,\"aud\":\"x\"}", "api", new TokenError.Expired());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "{} | api",
        "{\"aud\":null} | api",
        "{\"aud\":[]} | api",
        "{\"aud\":\"api\"} | api",
        "{\"aud\":[\"other\",\"api\"]} | api",
        "{\"aud\":\"other\"} | -",
        "{\"aud\":[\"other\"]} | -"
      })
  void aTokenForThisAudienceOrForNoneCounts(String json, @Nullable String audience) {
    accepted(json, audience);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"aud\":\"other\"}",
        "{\"aud\":\"\"}",
        "{\"aud\":\"API\"}",
        "{\"aud\":\"api \"}",
        "{\"aud\":[\"other\"]}",
        "{\"aud\":[\"apis\",\"ap\"]}"
      })
  void aTokenForAnotherAudienceIsRefused(String json) {
    refused(json, "api", new TokenError.WrongAudience());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "{}", "[1]", "[\"api\",null]", "[[\"api\"]]"})
  void anAudienceIsATextOrAListOfTexts(String aud) {
    for (var audience : new @Nullable String[] {null, "api"}) {
      refused(
          "{\"aud\":" + aud + "}",
          audience,
          new TokenError.WrongType("aud", "string or array of strings"));
    }
  }

  @Test
  void whereNothingIsForgivenATokenEndsAtItsEnd() {
    assertThatCode(() -> TokenRules.requireUnexpired(claims("{\"exp\":1800000001}"), CLOCK))
        .doesNotThrowAnyException();
    assertThatCode(() -> TokenRules.requireUnexpired(claims("{}"), CLOCK))
        .doesNotThrowAnyException();
    for (var exp : new String[] {"1800000000", "1799999999", "0"}) {
      refused(
          () -> TokenRules.requireUnexpired(claims("{\"exp\":" + exp + "}"), CLOCK),
          new TokenError.Expired());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "{} | -",
        "{\"role\":\"anon\"} | anon",
        "{\"role\":\"\"} | ''",
        "{\"role\":null} | null",
        "{\"role\":1} | 1",
        "{\"role\":[\"anon\"]} | [\"anon\"]",
        "{\"ROLE\":\"anon\"} | -"
      })
  void aRoleOfAnotherTypeIsARoleThatDoesNotExist(String json, @Nullable String role) {
    assertThat(claims(json).role().orElse(null)).isEqualTo(role);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"0b7e6a52-5c7a-4a8e-9a3c-3f0d6a1b2c3d\" | true",
        "\"0B7E6A52-5C7A-4A8E-9A3C-3F0D6A1B2C3D\" | true",
        "\"b7e6a52-5c7a-4a8e-9a3c-3f0d6a1b2c3d\" | false",
        "\"0b7e6a525c7a4a8e9a3c3f0d6a1b2c3d\" | false",
        "\"0b7e6a52-5c7a-4a8e-9a3c-3f0d6a1b2c3d' or true\" | false",
        "\"\" | false",
        "1 | false",
        "null | false"
      })
  void anIdIsAUuidInItsOneForm(String value, boolean isId) {
    assertThat(claims("{\"sub\":" + value + "}").id("sub").isPresent()).isEqualTo(isId);
  }

  @ParameterizedTest
  @CsvSource({"aal1, false", "aal2, true", "aal3, true", "AAL2, false", "aal22, false"})
  void aSecondFactorIsALevelOfTheSession(String level, boolean hasSecond) {
    assertThat(claims("{\"aal\":\"" + level + "\"}").hasSecondFactor()).isEqualTo(hasSecond);
    assertThat(claims("{}").hasSecondFactor()).isFalse();
    assertThat(claims("{\"aal\":2}").hasSecondFactor()).isFalse();
  }

  @Test
  void aMembershipIsFoundByItsOrganization() {
    var claims =
        claims(
            "{\"organizations\":[1,null,{},{\"id\":1},{\"id\":\"x\",\"role\":\"a\"},{\"id\":\""
                + ID
                + "\",\"role\":\"b\"}]}");

    assertThat(claims.knowsOrganizations()).isTrue();
    assertThat(claims.membership(UUID.fromString(ID)).map(each -> Json.text(each, "role")))
        .contains("b");
    assertThat(claims.membership(new UUID(0, 0))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"organizations\":null}", "{\"organizations\":{}}"})
  void aTokenMayKnowNoOrganizations(String json) {
    assertThat(claims(json).knowsOrganizations()).isFalse();
    assertThat(claims(json).membership(UUID.fromString(ID))).isEmpty();
  }

  /// Postgres gets the text and the server reads the tree: they must say the same.
  @Test
  void changedClaimsAreTheSameInTextAndTree() {
    var changed =
        claims("{\"a\":1,\"b\":2}").with(Map.of("b", Json.parse("[3]"), "c", Json.parse("\"4\"")));

    assertThat(Json.parse(changed.json())).isEqualTo(changed.tree());
    assertThat(changed.number("a")).isEqualTo(1);
    assertThat(changed.number("b")).isNull();
    assertThat(changed.text("c")).contains("4");
  }
}

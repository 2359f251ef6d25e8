package io.stabbur.auth.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read of a body, kind by kind, and how what is of another kind is refused.
class JsonBodyTest {
  private static final String REFUSAL = "Could not parse request body as JSON: ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | the body is empty",
        "` ` | it is not JSON",
        "{ | it is not JSON",
        "{} {} | it is not JSON",
        "{'a':1} | it is not JSON",
        "{\"a\":NaN} | it is not JSON",
        "null | it is not an object",
        "[] | it is not an object",
        "\"text\" | it is not an object",
        "1 | it is not an object"
      })
  void aBodyIsOneObject(String body, String why) {
    refused(() -> JsonBody.parse(bytes(body)), why);
  }

  @Test
  void aBodyMayBeLeftOutWhereTheCallSaysSo() {
    assertThat(JsonBody.parseOrEmpty(null).has("a")).isFalse();
    assertThat(JsonBody.parseOrEmpty(new byte[0]).text("a")).isEmpty();
    assertThat(JsonBody.parseOrEmpty(bytes("{\"a\":\"b\"}")).text("a")).isEqualTo("b");
    refused(() -> JsonBody.parse(null), "the body is empty");
    refused(() -> JsonBody.parseOrEmpty(bytes("x")), "it is not JSON");
  }

  @Test
  void aBodyHasAMegabyteAtMost() {
    var largest = "{\"a\":\"" + "x".repeat((1 << 20) - 8) + "\"}";
    assertThat(largest).hasSize(1 << 20);

    assertThat(JsonBody.parse(bytes(largest)).text("a")).hasSize((1 << 20) - 8);
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> JsonBody.parse(bytes(largest + " ")))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new Failure.TooLarge(1 << 20)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "{} | -",
        "{\"a\":null} | -",
        "{\"A\":\"x\"} | -",
        "{\"a\":\"\"} | ``",
        "{\"a\":\" x \"} | ` x `",
        "{\"a\":\"å\\u0000\"} | `å\u0000`"
      })
  void aTextThatIsAbsentOrNullReadsAsNothing(String json, @Nullable String text) {
    var body = body(json);

    assertThat(body.text("a")).isEqualTo(text == null ? "" : text);
    assertThat(body.maybeText("a")).isEqualTo(Optional.ofNullable(text));
    assertThat(body.has("a")).isEqualTo(text != null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "[]", "{}", "[\"x\"]"})
  void whatIsNoTextIsNotMadeOne(String value) {
    var body = body("{\"a\":" + value + "}");

    refused(() -> body.text("a"), "a is not text");
    refused(() -> body.maybeText("a"), "a is not text");
    assertThat(body.has("a")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "{}, true, true",
    "{}, false, false",
    "{\"a\":null}, true, true",
    "{\"a\":null}, false, false",
    "{\"a\":true}, false, true",
    "{\"a\":false}, true, false"
  })
  void aFlagHasADefault(String json, boolean otherwise, boolean flag) {
    assertThat(body(json).flag("a", otherwise)).isEqualTo(flag);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0", "\"true\"", "\"\"", "[]", "{}"})
  void whatIsNeitherTrueNorFalseIsNoFlag(String value) {
    refused(() -> body("{\"a\":" + value + "}").flag("a", false), "a is neither true nor false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"a\":null}", "{\"a\":{}}"})
  void anObjectThatIsAbsentIsEmpty(String json) {
    assertThat(body(json).object("a").size()).isZero();
    assertThat(body(json).inner("a").text("b")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "\"{}\"", "[]", "[{}]"})
  void whatIsNoObjectIsRefused(String value) {
    refused(() -> body("{\"a\":" + value + "}").object("a"), "a is not an object");
    refused(() -> body("{\"a\":" + value + "}").inner("a"), "a is not an object");
  }

  @Test
  void anInnerObjectIsReadAlike() {
    var inner = body("{\"a\":{\"b\":\"c\",\"d\":1}}").inner("a");

    assertThat(inner.text("b")).isEqualTo("c");
    refused(() -> inner.text("d"), "d is not text");
  }

  @Test
  void aListHoldsTextsNumbersAndFlagsAsTexts() {
    assertThat(body("{}").texts("a")).isEmpty();
    assertThat(body("{\"a\":null}").texts("a")).isEmpty();
    assertThat(body("{\"a\":[]}").texts("a")).isEmpty();
    assertThat(body("{\"a\":[\"x\",\"\",\"x\"]}").texts("a")).containsExactly("x", "", "x");
    assertThat(body("{\"a\":[1,1.5,true]}").texts("a")).containsExactly("1", "1.5", "true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"x\" | a is not a list",
        "{} | a is not a list",
        "1 | a is not a list",
        "[null] | a is not a list of texts",
        "[[]] | a is not a list of texts",
        "[\"x\",{}] | a is not a list of texts"
      })
  void whatIsNoListOfTextsIsRefused(String value, String why) {
    refused(() -> body("{\"a\":" + value + "}").texts("a"), why);
  }

  /// A field that is there twice must not be one value for a check and another for the work.
  @Test
  void theLastOfTwoFieldsCounts() {
    assertThat(body("{\"a\":\"first\",\"a\":\"last\"}").text("a")).isEqualTo("last");
  }

  private static JsonBody body(String json) {
    return JsonBody.parse(bytes(json));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void refused(ThrowingCallable call, String why) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(call)
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(new AuthError.Refused(400, AuthCode.BAD_JSON, REFUSAL + why)));
  }

  /// Postgres writes numbers without exponents, into rows and so into tokens.
  @Test
  void aBodyIsNoLongerThanItMayBeWithItsNumbersWritten() {
    var numbers = "1e900,".repeat(1200) + "1";
    var body = bytes("{\"data\":{\"a\":[{\"b\":[%s]}]}}".formatted(numbers));

    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> JsonBody.parse(body))
        .satisfies(e -> assertThat(e.error()).isInstanceOf(Failure.TooLarge.class));
    var few = bytes("{\"data\":[%s]}".formatted("1e900,".repeat(1100) + "1"));
    assertThat(JsonBody.parse(few).text("none")).isEmpty();
  }
}

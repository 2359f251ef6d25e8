package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.error.DataError;
import io.stabbur.data.request.Media.Known;
import io.stabbur.data.request.Payload.Json;
import io.stabbur.data.request.Payload.Shape;
import io.stabbur.platform.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadParserTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"b\":1,\"a\":{\"c\":2}} | a,b | OBJECT",
        "[{\"b\":1,\"a\":[1,{\"d\":2}]}] | a,b | ARRAY",
        "[{\"a\":1},{\"a\":null}] | a | ARRAY",
        "[{\"a\":1,\"b\":2},{\"b\":3,\"a\":4}] | a,b | ARRAY",
        " {\"a\":1} | a | OBJECT",
        "{\"a\":1,\"a\":2} | a | OBJECT",
        "{\"å\":1} | å | OBJECT"
      })
  void theKeysOfRowsAreSorted(String body, String keys, Shape shape) {
    assertThat(rows(body, null)).isEqualTo(new Json(body, List.of(keys.split(",")), shape));
  }

  @Test
  void objectsWithoutKeysAreRows() {
    assertThat(rows("{}", null)).isEqualTo(new Json("{}", List.of(), Shape.OBJECT));
    assertThat(rows("[{},{}]", null)).isEqualTo(new Json("[{},{}]", List.of(), Shape.ARRAY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", " [ ] ", "1", "\"a\"", "null", "true"})
  void whatHoldsNoObjectHoldsNoRows(String body) {
    assertThat(rows(body, null)).isEqualTo(Json.NO_ROWS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "[{}",
        "{\"a\"}",
        "{a:1}",
        "[{\"a\":1}]]",
        "{} {}",
        "[{\"a\":1},{\"b\":]",
        "nul"
      })
  void brokenJsonIsRefused(String body) {
    assertRefused(body, "Empty or invalid json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "[null]",
        "[[]]",
        "[{\"a\":1},2]",
        "[{\"a\":1},{\"b\":1}]",
        "[{\"a\":1},{\"a\":1,\"b\":2}]",
        "[{\"a\":1,\"b\":2},{\"a\":1}]",
        "[{},{\"a\":1}]"
      })
  void rowsHaveTheSameKeys(String body) {
    assertRefused(body, "All object keys must match");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,\"b\":2} | OBJECT",
        "[{\"a\":1},{\"c\":2}] | ARRAY",
        "` \n\t{}` | OBJECT",
        "`` | ARRAY",
        "broken | ARRAY"
      })
  void namedColumnsLeaveTheBodyToTheDatabase(String body, Shape shape) {
    assertThat(rows(body, List.of("a"))).isEqualTo(new Json(body, List.of("a"), shape));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`a,b\n1,2` | [{\"a\":\"1\",\"b\":\"2\"}]",
        "`a,b\r\n1,2\r\n3,4\r\n` | [{\"a\":\"1\",\"b\":\"2\"},{\"a\":\"3\",\"b\":\"4\"}]",
        "`a,b\n\n1,2\n\n` | [{\"a\":\"1\",\"b\":\"2\"}]",
        "`a,b\nNULL,` | [{\"a\":null,\"b\":\"\"}]",
        "`a\n\"x,y\"` | [{\"a\":\"x,y\"}]",
        "`a\n\"x\"\"y\"` | [{\"a\":\"x\\\"y\"}]",
        "`a\n\"x\ny\"` | [{\"a\":\"x\\ny\"}]",
        "`a\nx\"y` | [{\"a\":\"x\\\"y\"}]",
        "`\"a b\",c\n1,2` | [{\"a b\":\"1\",\"c\":\"2\"}]",
        // more fields than the header has are left out
        "`a\n1,2` | [{\"a\":\"1\"}]",
        "`a` | []"
      })
  void linesOfCsvAreRows(String body, String json) {
    assertThat(new String(CsvRows.toJson(body), StandardCharsets.UTF_8)).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | parse error (not enough input) at \"\"",
        "`\r\n` | parse error (not enough input) at \"\"",
        "`a,b\n1` | All lines must have same number of fields",
        "`a\n\"x` | parse error (unterminated quote) at the end of the body"
      })
  void brokenCsvIsRefused(String body, String message) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> PayloadParser.rows(bytes(body), Known.CSV, null))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new DataError.InvalidBody(message)));
  }

  @Test
  void aFormIsOneRow() {
    assertThat(PayloadParser.rows(bytes("b=x+y&a=%7B1%7D&b=z&c"), Known.FORM, null))
        .isEqualTo(
            new Json(
                "{\"a\":\"{1}\",\"b\":\"z\",\"c\":\"\"}", List.of("a", "b", "c"), Shape.OBJECT));
  }

  @ParameterizedTest
  @EnumSource(
      value = Known.class,
      names = {"GEO_JSON", "TEXT", "XML", "OPEN_API", "OCTETS", "ANY"})
  void otherTypesAreNoRows(Known type) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> PayloadParser.rows(bytes("x"), type, null))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(
                        new DataError.InvalidBody("Content-Type not acceptable: " + type.mime())));
  }

  @ParameterizedTest
  @EnumSource(
      value = Known.class,
      names = {"TEXT", "XML", "OCTETS"})
  void theOnlyArgumentOfAFunctionMayBeRaw(Known type) {
    assertThat(PayloadParser.arguments(bytes("{x"), type, null))
        .isInstanceOfSatisfying(
            Payload.Raw.class, raw -> assertThat(raw.bytes()).isEqualTo(bytes("{x")));
  }

  @Test
  void argumentsOfAFunctionMayBeAForm() {
    assertThat(PayloadParser.arguments(bytes("a=1&a=2&b"), Known.FORM, null))
        .isEqualTo(
            new Payload.Form(
                List.of(Map.entry("a", "1"), Map.entry("a", "2"), Map.entry("b", ""))));
  }

  @Test
  void aFunctionMayBeCalledWithoutABody() {
    assertThat(PayloadParser.arguments(bytes(""), Known.JSON, null))
        .isEqualTo(new Json("", List.of(), Shape.OBJECT));
    assertThat(PayloadParser.arguments(bytes("{\"a\":1}"), Known.JSON, null))
        .isEqualTo(new Json("{\"a\":1}", List.of("a"), Shape.OBJECT));
  }

  @ParameterizedTest
  @EnumSource(
      value = Known.class,
      names = {"GEO_JSON", "OPEN_API", "ANY"})
  void otherTypesAreNoArguments(Known type) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> PayloadParser.arguments(bytes("x"), type, null));
  }

  private static void assertRefused(String body, String message) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> rows(body, null))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new DataError.InvalidBody(message)));
  }

  private static Payload rows(String body, @Nullable List<String> columns) {
    return PayloadParser.rows(bytes(body), Known.JSON, columns);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package io.stabbur.platform.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonParseTest {
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "{\"", "{\"a\":", "[1", "1 2", "nul", "{} {}", "\u0000"})
  void whatIsNotOneValueIsMalformed(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.error()).isInstanceOf(Failure.Malformed.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "\"a\"", "true", "[]", "{}", "{\"b\":1,\"a\":[null,1.5]}"})
  void aValueIsReadAndWrittenAsItWas(String text) {
    assertThat(Json.write(Json.parse(text))).isEqualTo(text);
  }

  @Test
  void spaceAroundAValueIsNoPartOfIt() {
    assertThat(Json.write(Json.parse(" \n[1]\t"))).isEqualTo("[1]");
  }

  /// Ids and amounts of money are longer than a floating-point number.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "1.5",
        "100.00",
        "1e5",
        "1E400",
        "0.1e-400",
        "9007199254740993",
        "9223372036854775808",
        "123456789012345678901234567890",
        "0.1234567890123456789012345678901234567890",
        "12345678901234567890.123",
        "1.7976931348623159e308"
      })
  void aNumberKeepsItsValue(String number) {
    assertThat(new BigDecimal(Json.write(Json.parse(number)))).isEqualByComparingTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-7", "1e999", "-1E-999", "12.50", "1.5e3", "100000000000000000000", "3e0"})
  void aNumberIsTakenForAsLongAsPostgresWritesItAtLeast(String number) {
    var digits = new BigDecimal(number).toPlainString().replaceAll("[-.]", "").length();

    assertThat(Json.writtenNumbers(Json.parse("{\"a\":[" + number + ",\"1e9\",true,null]}")).sum())
        .isBetween((long) digits, digits + 4L);
  }
}

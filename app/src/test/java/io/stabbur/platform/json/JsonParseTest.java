package io.stabbur.platform.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
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
}

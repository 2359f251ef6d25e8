package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.data.request.Pairs.Pair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairsTest {
  @Test
  void keysKeepTheirOrderAndRepeat() {
    assertThat(Pairs.parse("b=1&a=2;b=3&c&d=&=e").all())
        .containsExactly(
            new Pair("b", "1"),
            new Pair("a", "2"),
            new Pair("b", "3"),
            new Pair("c", null),
            new Pair("d", ""),
            new Pair("", "e"));
    assertThat(Pairs.parse("b=1&b=2").first("b")).isEqualTo("1");
    assertThat(Pairs.parse("b=1").first("a")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&", "&&;&"})
  void nothingIsNoPair(String text) {
    assertThat(Pairs.parse(text).all()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a+b | a b",
        "a%20b | a b",
        "a%2Bb | a+b",
        "%C3%A5 | å",
        "%c3%a5 | å",
        "%F0%9F%98%80 | 😀",
        "å%20 | 'å '",
        "😀%20b | 😀 b",
        // what is no escape stays
        "100% | 100%",
        "%4 | %4",
        "%zz+%20 | '%zz  '",
        "%%41 | %A",
        "%４1 | %４1",
        "%4１ | %4１",
        "%٤1%41 | %٤1A",
        "a=b%3Dc | a=b=c"
      })
  void escapesAreDecodedOnce(String encoded, String decoded) {
    assertThat(Pairs.decode(encoded)).isEqualTo(decoded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a b+c", "å", "😀", "%", "a=b&c;d", "\"'\\", "\u0000\u007f"})
  void whatIsEncodedIsDecodedAgain(String text) {
    assertThat(Pairs.decode(Pairs.encode(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "b=2&a=1 | a=1&b=2",
        "b=1&a=x&b=2 | a=x&b=1,2",
        "select=a%2Cb | select=a%2Cb",
        "A=1&a=2&Z=3 | A=1&Z=3&a=2",
        "a | a=",
        "a=%c3%a5 | a=%C3%A5",
        "a=b+c | a=b%20c"
      })
  void theCanonicalFormIsSortedByKey(String text, String canonical) {
    assertThat(Pairs.parse(text).canonical()).isEqualTo(canonical);
  }
}

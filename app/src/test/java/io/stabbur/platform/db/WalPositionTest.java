package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class WalPositionTest {
  @ParameterizedTest
  @CsvSource({
    "0/0, 0",
    "0/FF, 255",
    "1/0, 4294967296",
    "16/B374D848, 97500059720",
    "FFFFFFFF/FFFFFFFF, -1"
  })
  void itIsReadAndWrittenAsPostgresDoes(String text, long value) {
    var position = WalPosition.parse(text).orElseThrow();

    assertThat(position.value()).isEqualTo(value);
    assertThat(position).hasToString(text);
    assertThat(WalPosition.parse(" " + text.toLowerCase(java.util.Locale.ROOT) + " "))
        .contains(position);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "/", "0", "0/", "/0", "0/G", "-1/0", "0/100000000", "0/0/0", "0 / 0"})
  void otherTextsAreNone(String text) {
    assertThat(WalPosition.parse(text)).isEmpty();
  }

  @Test
  void positionsAreUnsigned() {
    var first = WalPosition.START;
    var middle = WalPosition.parse("7FFFFFFF/FFFFFFFF").orElseThrow();
    var last = WalPosition.parse("80000000/0").orElseThrow();

    assertThat(last.isAfter(middle)).isTrue();
    assertThat(middle.isAfter(last)).isFalse();
    assertThat(middle.isAfter(middle)).isFalse();
    assertThat(first).isLessThan(middle);
    assertThat(WalPosition.later(middle, last)).isEqualTo(last);
    assertThat(WalPosition.later(last, middle)).isEqualTo(last);
  }

  @Test
  void bytesLieBetweenAnEarlierAndALaterOne() {
    var one = new WalPosition(100);
    var other = new WalPosition(150);

    assertThat(other.bytesSince(one)).isEqualTo(50);
    assertThat(one.bytesSince(other)).isZero();
    assertThat(one.bytesSince(one)).isZero();
  }
}

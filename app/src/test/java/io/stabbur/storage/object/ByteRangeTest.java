package io.stabbur.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=0-9, 0, 10",
    "bytes=0-, 0, 100",
    "bytes=99-, 99, 1",
    "bytes=99-99, 99, 1",
    "bytes=10-1000, 10, 90",
    "bytes=-1, 99, 1",
    "bytes=-100, 0, 100",
    "bytes=-1000, 0, 100",
    "bytes= 5-6, 5, 2",
    "bytes=0-999999999999999999, 0, 100"
  })
  void aRangeOfBytesIsTakenFromWhatThereIs(String header, long from, long length) {
    assertThat(ByteRange.of(header, 100))
        .hasValueSatisfying(
            span -> {
              assertThat(span.from()).isEqualTo(from);
              assertThat(span.length()).isEqualTo(length);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=9-5",
        "bytes=0-1,5-6",
        "items=0-1",
        "0-1",
        "bytes 0-1",
        "bytes=0--1",
        "bytes=0-9999999999999999999"
      })
  void whatIsNoRangeIsIgnored(String header) {
    assertThat(ByteRange.of(header, 100)).isEmpty();
  }

  @Test
  void noHeaderIsNoRange() {
    assertThat(ByteRange.of(null, 100)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=100-, 100",
    "bytes=100-200, 100",
    "bytes=-0, 100",
    "bytes=0-, 0",
    "bytes=0-0, 0",
    "bytes=-5, 0"
  })
  void aRangeOutsideOfTheObjectIsRefused(String header, long size) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> ByteRange.of(header, size))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new StorageError.InvalidRange(size)));
  }
}

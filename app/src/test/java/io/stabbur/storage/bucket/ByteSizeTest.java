package io.stabbur.storage.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.storage.StorageError;
import io.stabbur.testing.Refusals;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The limits of buckets as clients write them.
class ByteSizeTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "0, 0",
        "1024, 1024",
        "\"1024\", 1024",
        "[1024], 1024",
        "true, 1",
        "1e3, 1000",
        "\"20MB\", 20000000",
        "\"20mb\", 20000000",
        "\" 30KB \", 30000",
        "\"1.5KB\", 1500",
        "\"0.000000001GB\", 1",
        "\"3B\", 3",
        "\"9GB\", 9000000000",
        "9223372036854775807, 9223372036854775807",
      })
  void aSizeIsANumberOrHasADecimalUnit(String json, long bytes) {
    assertThat(ByteSize.of(Json.parse(json))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "1.5",
        "\"1.5B\"",
        "\"MB\"",
        "\"20 MB\"",
        "\"20MiB\"",
        "\"1,5MB\"",
        "\"-3KB\"",
        "\"\"",
        "{}",
        "[1, 2]",
        "9223372036854775808",
        "\"9223372037GB\"",
        "1e999"
      })
  void anythingElseIsNoSize(String json) {
    assertThat(Refusals.of(() -> ByteSize.of(Json.parse(json))))
        .isEqualTo(
            new StorageError.InvalidRequest(
                "Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null"})
  void nullIsNoLimit(String json) {
    assertThat(ByteSize.of(Json.parse(json))).isNull();
    assertThat(ByteSize.of(null)).isNull();
  }
}

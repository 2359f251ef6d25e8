package io.stabbur.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UriTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/ | /",
        "/a//b/ | /a//b/",
        "/a%2fb | /a%2Fb",
        "/a+b | /a%2Bb",
        "/%7Ea | /~a",
        "/å | /%C3%A5",
        "/a*b | /a%2Ab"
      })
  void aPathHasOneSpelling(String raw, String path) {
    assertThat(UriText.path(raw)).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "b=2&a=1 | a=1&b=2",
        "a=2&a=1 | a=1&a=2",
        "uploads | uploads=",
        "uploads= | uploads=",
        "prefix=a+b | prefix=a%20b",
        "prefix=a%2bb | prefix=a%2Bb",
        "a-b=1&a=2 | a=2&a-b=1",
        "A=1&a=2&B=3 | A=1&B=3&a=2",
        "X-Amz-Signature=x&X-Amz-Date=y | X-Amz-Date=y",
        "a=b=c | a=b%3Dc"
      })
  void aQueryIsOrderedByNameAndValue(String raw, String canonical) {
    assertThat(UriText.canonicalQuery(UriText.query(raw))).isEqualTo(canonical);
  }

  @Test
  void noQueryIsEmpty() {
    assertThat(UriText.query(null)).isEmpty();
    assertThat(UriText.query("")).isEmpty();
    assertThat(UriText.canonicalQuery(UriText.query(null))).isEmpty();
  }
}

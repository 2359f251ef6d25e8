package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Texts as parts of addresses.
class PercentEncodingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          aZ09-._~   | aZ09-._~
          ``         | ``
          `a b`      | a%20b
          a+b        | a%2Bb
          a/b?c=d&e#f | a%2Fb%3Fc%3Dd%26e%23f
          a%b        | a%25b
          a%20b      | a%2520b
          å          | %C3%A5
          a\u0301    | a%CC%81
          😀         | %F0%9F%98%80
          ٣          | %D9%A3
          ª          | %C2%AA
          !*'()      | %21%2A%27%28%29
          [::1]:80   | %5B%3A%3A1%5D%3A80
          """)
  void onlyUnreservedSignsStay(String text, String encoded) {
    assertThat(PercentEncoding.encode(text)).isEqualTo(encoded);
    assertThat(URI.create("/?" + encoded).getQuery()).isEqualTo(text);
  }

  @Test
  void everyOctetHasTwoDigits() {
    assertThat(PercentEncoding.encode("\0\t\r\n\u001f\u007f\u0080"))
        .isEqualTo("%00%09%0D%0A%1F%7F%C2%80");
  }

  @Test
  void halfACharacterIsNoOctetOfTheAddress() {
    assertThat(PercentEncoding.encode("a\ud83db")).isEqualTo("a%3Fb");
  }
}

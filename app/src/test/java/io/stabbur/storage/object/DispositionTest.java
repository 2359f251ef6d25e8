package io.stabbur.storage.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DispositionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | attachment;",
        "a.png | attachment; filename=a.png; filename*=UTF-8''a.png",
        "a b.png | attachment; filename=\"a b.png\"; filename*=UTF-8''a%20b.png",
        "a\"b\\c | attachment; filename=\"a\\\"b\\\\c\"; filename*=UTF-8''a%22b%5Cc",
        "påske.pdf | attachment; filename=\"p_ske.pdf\"; filename*=UTF-8''p%C3%A5ske.pdf",
        "😀 | attachment; filename=\"_\"; filename*=UTF-8''%F0%9F%98%80",
        "a;b=c | attachment; filename=\"a;b=c\"; filename*=UTF-8''a%3Bb%3Dc",
        "a'b(c) | attachment; filename=\"a'b(c)\"; filename*=UTF-8''a%27b%28c%29"
      })
  void theNameIsSaidTwice(String name, String header) {
    assertThat(Disposition.attachment(name)).isEqualTo(header);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX: y", "a\nb", "a\u0000b", "a\u007fb", "\u0085", "a\tb"})
  void noNameAddsAHeader(String name) {
    assertThat(Disposition.attachment(name).chars())
        .allSatisfy(sign -> assertThat(sign).isBetween(0x20, 0x7e));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a+b", "å/😀", "-_.!~*'()", "100%", "a&b=c#d"})
  void whatIsEncodedIsDecodedAgain(String text) {
    var encoded = Disposition.encode(text);

    assertThat(encoded).doesNotContain("+", " ");
    assertThat(URLDecoder.decode(encoded, StandardCharsets.UTF_8)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"a b, a%20b", "-_.!~*(), -_.!~*()", "a/b, a%2Fb", "å, %C3%A5"})
  void theSignsOfJavaScriptStay(String text, String encoded) {
    assertThat(Disposition.encode(text)).isEqualTo(encoded);
  }
}

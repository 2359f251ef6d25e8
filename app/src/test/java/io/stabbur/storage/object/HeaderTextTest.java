package io.stabbur.storage.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.error.Failure;
import io.stabbur.storage.StorageError;
import io.stabbur.testing.Refusals;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What may stand in the headers of those who read a file later.
class HeaderTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "image/svg+xml",
        "text/html; charset=utf-8",
        "text/html;charset=\"utf-8\" ; a=b",
        "multipart/form-data; boundary=\"a b;c/d\"",
        "text/plain;"
      })
  void aMediaTypeIsKeptAsItIs(String type) {
    assertThat(HeaderText.mediaType(" " + type + " ")).isEqualTo(type);
    assertThat(HeaderText.stored(type)).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text",
        "text/",
        "/plain",
        "text/pl ain",
        "text/plain\r\nX-Evil: 1",
        "text/plain; a=\"\r\n\"",
        "text/plain; a=\"b",
        "text/plain; a=\"\\\"\"",
        "text/plain; =b",
        "text/plæin",
        "text/plain,text/html"
      })
  void whatIsNoMediaTypeIsRefusedAndNeverSent(String type) {
    assertThat(Refusals.of(() -> HeaderText.mediaType(type)))
        .isEqualTo(new Failure.UnsupportedMedia("Invalid Content-Type"));
    assertThat(HeaderText.stored(type)).isEqualTo("application/octet-stream");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  ", "\t"})
  void whereNothingIsSaidBytesAreOfAnyKindAndNotCached(String nothing) {
    assertThat(HeaderText.mediaType(nothing)).isEqualTo("application/octet-stream");
    assertThat(HeaderText.cacheControl(nothing)).isEqualTo("no-cache");
  }

  @ParameterizedTest
  @ValueSource(strings = {"max-age=3600", "public, max-age=31536000, immutable", "~!\"'"})
  void aCacheRuleIsPrintable(String rule) {
    assertThat(HeaderText.cacheControl(rule)).isEqualTo(rule);
  }

  @ParameterizedTest
  @ValueSource(strings = {"max-age=1\r\nSet-Cookie: a=b", "a\u0000", "a\u007f", "é", "a\tb"})
  void anotherOneIsRefused(String rule) {
    assertThat(Refusals.of(() -> HeaderText.cacheControl(rule)))
        .isEqualTo(new StorageError.InvalidRequest("Invalid Cache-Control"));
  }

  @Test
  void longTextsAreRefused() {
    var just = "a".repeat(1000);
    assertThat(HeaderText.isPlain(just)).isTrue();
    assertThat(HeaderText.isPlain(just + "a")).isFalse();
    assertThat(HeaderText.isMediaType("a/" + "b".repeat(998))).isTrue();
    assertThat(HeaderText.isMediaType("a/" + "b".repeat(999))).isFalse();
  }

  /// No type takes long to be read, whatever it is made of.
  @Test
  @Timeout(5)
  void hostileTypesTakeNoTime() {
    for (var piece : new String[] {";a=\"b\"", "; ", ";a", "\t", ";a=b ;", "/"}) {
      var hostile = ("a/b" + piece.repeat(1000)).substring(0, 999) + "\u0001";
      var began = System.nanoTime();
      assertThat(HeaderText.isMediaType(hostile)).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    }
  }
}

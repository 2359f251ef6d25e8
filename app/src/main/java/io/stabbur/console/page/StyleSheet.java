package io.stabbur.console.page;

import io.stabbur.platform.crypto.Crypto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// How the pages look.
public final class StyleSheet {
  private static final int MARK = 12;
  private static final String TEXT = read();

  /// Changes with the content, so that browsers may keep it.
  public static final String VERSION = Crypto.sha256Hex(TEXT).substring(0, MARK);

  private StyleSheet() {}

  static String text() {
    return TEXT;
  }

  private static String read() {
    try (var in = Objects.requireNonNull(StyleSheet.class.getResourceAsStream("console.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

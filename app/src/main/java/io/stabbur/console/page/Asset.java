package io.stabbur.console.page;

import io.stabbur.platform.crypto.Crypto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// A file that pages name.
///
/// @param version changes with the content, so that browsers may keep it
public record Asset(String name, String text, String version) {
  private static final int MARK = 12;

  /// How the pages look.
  public static final Asset STYLE = read("console.css");

  /// Shows lines of a log as they are written. Pages without it show them when they are loaded
  /// anew.
  public static final Asset LIVE = read("live.js");

  /// Its address below `/console`.
  public String path() {
    return "/" + name + "?v=" + version;
  }

  private static Asset read(String name) {
    try (var in = Objects.requireNonNull(Asset.class.getResourceAsStream(name))) {
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Asset(name, text, Crypto.sha256Hex(text).substring(0, MARK));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.stabbur.data.typescript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The types by which an application names rows: `Tables<"name">` and its like.
final class HelperText {
  private static final String TEXT = read();

  private HelperText() {}

  /// @param schema the one that is meant where none is named
  static String of(String schema) {
    return TEXT.replace("\"%s\"", Keys.quoted(schema));
  }

  private static String read() {
    try (var in = HelperText.class.getResourceAsStream("helpers.ts")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

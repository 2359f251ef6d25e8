package io.stabbur.storage.object;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// `Content-Disposition` for downloads (RFC 6266): the name percent-encoded, so that no name can
/// add a header or another parameter.
public final class Disposition {
  private Disposition() {}

  /// For `?download=` with a name, or without one.
  public static String attachment(String name) {
    if (name.isEmpty()) {
      return "attachment;";
    }
    var encoded = encode(name);
    return "attachment; filename=" + encoded + "; filename*=UTF-8''" + encoded;
  }

  /// Percent-encodes as JavaScript's `encodeURIComponent` does.
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%21", "!")
        .replace("%27", "'")
        .replace("%28", "(")
        .replace("%29", ")")
        .replace("%7E", "~");
  }
}

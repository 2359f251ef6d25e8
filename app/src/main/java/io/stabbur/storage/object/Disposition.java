package io.stabbur.storage.object;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// `Content-Disposition` for downloads (RFC 6266): the name for every client in ASCII, and as it is
/// for those that read `filename*` (RFC 8187). No name can add a header or another parameter.
public final class Disposition {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$&+.^_`|~-]+");
  private static final String UNENCODED = "!#$&+-.^_`|~";

  private Disposition() {}

  /// For `?download=` with a name, or without one.
  public static String attachment(String name) {
    return name.isEmpty()
        ? "attachment;"
        : "attachment; filename=" + plain(name) + "; filename*=UTF-8''" + extended(name);
  }

  /// A token as it is, anything else in quotes; what is not printable ASCII becomes `_`.
  private static String plain(String name) {
    if (TOKEN.matcher(name).matches()) {
      return name;
    }
    var quoted = new StringBuilder("\"");
    name.codePoints()
        .forEach(
            point -> {
              if (point == '"' || point == '\\') {
                quoted.append('\\');
              }
              quoted.append(point < 0x20 || point > 0x7e ? '_' : (char) point);
            });
    return quoted.append('"').toString();
  }

  private static String extended(String name) {
    var out = new StringBuilder(name.length() + 16);
    for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || UNENCODED.indexOf(c) >= 0)) {
        out.append(c);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
      }
    }
    return out.toString();
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

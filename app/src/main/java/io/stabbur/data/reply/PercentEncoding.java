package io.stabbur.data.reply;

import java.nio.charset.StandardCharsets;

/// Percent-encodes words of a URL.
final class PercentEncoding {
  private PercentEncoding() {}

  static String encode(String text) {
    var encoded = new StringBuilder(text.length() + 8);
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain(b)) {
        encoded.append((char) b);
      } else {
        encoded.append('%');
        encoded.append(Character.toUpperCase(Character.forDigit((b >> 4) & 15, 16)));
        encoded.append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
      }
    }
    return encoded.toString();
  }

  private static boolean isPlain(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '-'
        || b == '_'
        || b == '.'
        || b == '~';
  }
}

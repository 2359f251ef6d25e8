package io.stabbur.functions.log;

import java.nio.charset.StandardCharsets;

/// UTF-8 that may have been cut in the middle of a character.
final class Utf8 {
  private static final int LONGEST_CHARACTER = 4;

  private Utf8() {}

  /// The text, without a character whose end was cut off.
  static String text(byte[] bytes) {
    return new String(bytes, 0, whole(bytes), StandardCharsets.UTF_8);
  }

  private static int whole(byte[] bytes) {
    for (int back = 1; back <= Math.min(LONGEST_CHARACTER, bytes.length); back++) {
      int first = bytes[bytes.length - back] & 0xff;
      if (first >= 0xc0) {
        return length(first) > back ? bytes.length - back : bytes.length;
      }
      if (first < 0x80) {
        break;
      }
    }
    return bytes.length;
  }

  private static int length(int first) {
    if (first >= 0xf0) {
      return 4;
    }
    return first >= 0xe0 ? 3 : 2;
  }
}

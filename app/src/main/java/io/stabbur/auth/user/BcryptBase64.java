package io.stabbur.auth.user;

import java.io.ByteArrayOutputStream;

/// bcrypt's own base 64: another alphabet, no padding.
final class BcryptBase64 {
  private static final String ALPHABET =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private BcryptBase64() {}

  static byte[] decode(String text) {
    var bytes = new ByteArrayOutputStream();
    int bits = 0;
    int held = 0;
    for (char letter : text.toCharArray()) {
      bits = bits << 6 | ALPHABET.indexOf(letter);
      held += 6;
      if (held >= 8) {
        held -= 8;
        bytes.write(bits >> held);
        bits &= (1 << held) - 1;
      }
    }
    return bytes.toByteArray();
  }
}

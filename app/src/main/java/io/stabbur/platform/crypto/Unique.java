package io.stabbur.platform.crypto;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Names that nothing else has, for what is told apart in logs. Who has seen some may guess others,
/// so they guard nothing; what does comes from [Crypto].
public final class Unique {
  private static final byte[] DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int TEXT = 16;
  private static final int BITS = 6;

  private Unique() {}

  /// Sixteen letters, digits, `-` and `_`.
  public static String text() {
    var random = ThreadLocalRandom.current();
    var text = new byte[TEXT];
    for (int half = 0; half < TEXT; half += TEXT / 2) {
      long bits = random.nextLong();
      for (int i = 0; i < TEXT / 2; i++) {
        text[half + i] = DIGITS[(int) (bits >>> (i * BITS)) & (DIGITS.length - 1)];
      }
    }
    return new String(text, StandardCharsets.US_ASCII);
  }

  /// A random UUID (version 4).
  public static UUID uuid() {
    var random = ThreadLocalRandom.current();
    return new UUID(
        (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L,
        (random.nextLong() >>> 2) | Long.MIN_VALUE);
  }
}

package io.stabbur.auth.session;

import io.stabbur.platform.crypto.Crypto;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/// The two shapes a refresh token has on the wire.
public sealed interface RefreshToken {

  String text();

  /// A random word with a row of its own in `auth.refresh_tokens`.
  record Opaque(String text) implements RefreshToken {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int LENGTH = 12;

    private static final SecureRandom RANDOM = new SecureRandom();

    static Opaque random() {
      var letters = new StringBuilder(LENGTH);
      for (int i = 0; i < LENGTH; i++) {
        letters.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
      }
      return new Opaque(letters.toString());
    }
  }

  /// A session id and a counter, signed with the session's own key; the database keeps only the
  /// newest counter.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Counted(String text, UUID session, long counter, byte[] signed, byte[] signature)
      implements RefreshToken {

    static Counted sign(UUID session, long counter, byte[] key) {
      var body = body(session, counter);
      var signature = Arrays.copyOf(Crypto.hmacSha256(key, body), SIGNATURE);
      var raw = ByteBuffer.allocate(body.length + SIGNATURE + CHECKSUM).put(body).put(signature);
      raw.put(Crypto.sha256(Arrays.copyOf(raw.array(), raw.position())), 0, CHECKSUM);
      var text = Base64.getUrlEncoder().withoutPadding().encodeToString(raw.array());
      return new Counted(text, session, counter, body, signature);
    }

    boolean signedWith(byte[] key) {
      return MessageDigest.isEqual(
          Arrays.copyOf(Crypto.hmacSha256(key, signed), SIGNATURE), signature);
    }

    private static byte[] body(UUID session, long counter) {
      var buffer = ByteBuffer.allocate(1 + 16 + 10).put((byte) 0);
      buffer.putLong(session.getMostSignificantBits()).putLong(session.getLeastSignificantBits());
      long rest = counter;
      while (rest >= 0x80) {
        buffer.put((byte) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      buffer.put((byte) rest);
      return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /// Whether the checksum at its end fits.
    private static boolean isWhole(byte[] raw) {
      var checked = Arrays.copyOf(raw, raw.length - CHECKSUM);
      var checksum = Arrays.copyOfRange(raw, raw.length - CHECKSUM, raw.length);
      return MessageDigest.isEqual(Arrays.copyOf(Crypto.sha256(checked), CHECKSUM), checksum);
    }

    private static Optional<Counted> decode(String text) {
      byte[] raw;
      try {
        raw = Base64.getUrlDecoder().decode(text);
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
      if (raw.length < 1 + 16 + 1 + SIGNATURE + CHECKSUM || raw[0] != 0 || !isWhole(raw)) {
        return Optional.empty();
      }
      var checked = Arrays.copyOf(raw, raw.length - CHECKSUM);
      var signed = Arrays.copyOf(checked, checked.length - SIGNATURE);
      var signature = Arrays.copyOfRange(checked, signed.length, checked.length);
      var bytes = ByteBuffer.wrap(signed, 1, signed.length - 1);
      var session = new UUID(bytes.getLong(), bytes.getLong());
      long counter = 0;
      for (int shift = 0; bytes.hasRemaining(); shift += 7) {
        byte next = bytes.get();
        if (shift > 56 || (next >= 0 && bytes.hasRemaining())) {
          return Optional.empty();
        }
        counter |= (long) (next & 0x7f) << shift;
      }
      return signed[signed.length - 1] < 0
          ? Optional.empty()
          : Optional.of(new Counted(text, session, counter, signed, signature));
    }
  }

  int SIGNATURE = 16;
  int CHECKSUM = 4;

  /// Empty for a text that no server of this kind can have issued.
  static Optional<RefreshToken> parse(String text) {
    if (text.length() == Opaque.LENGTH) {
      return Optional.of(new Opaque(text));
    }
    return text.length() < Opaque.LENGTH
        ? Optional.empty()
        : Counted.decode(text).map(RefreshToken.class::cast);
  }
}

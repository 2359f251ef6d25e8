package io.stabbur.realtime.bus;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts and authenticates the packets of one sender (AES-256-GCM): whoever may `LISTEN` in the
/// database or subscribe in Redis sees no private message, and cannot send any. The nonce is the
/// number of the packet, which a sender uses once.
final class Seal {
  /// Bytes that sealing adds.
  static final int OVERHEAD = 16;

  private static final int NONCE = 12;
  private static final int TAG_BITS = 8 * OVERHEAD;

  private final SecretKeySpec key;

  /// @param key 32 bytes, of this sender alone
  Seal(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  byte[] seal(long number, byte[] clear) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, number).doFinal(clear);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The clear bytes; none of what this sender did not seal under this number.
  Optional<byte[]> open(long number, byte[] packet, int from) {
    try {
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, number).doFinal(packet, from, packet.length - from));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, long number) throws GeneralSecurityException {
    var nonce = ByteBuffer.allocate(NONCE).putInt(0).putLong(number).array();
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }
}

package io.stabbur.storage.encrypt;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/// AES-256-GCM over the chunks of one segment, in the manner of STREAM (Hoang, Reyhanitabar,
/// Rogaway, Vizár 2015): the nonce is the chunk's number and whether it is the last. A chunk that
/// was moved, repeated or altered does not open, and neither does a segment that was cut. The key
/// is the segment's own, so no nonce is used twice.
final class ChunkCipher {
  private static final int NONCE = 12;
  private static final int TAG_BITS = Segment.TAG * 8;
  private final Cipher cipher;
  private final SecretKey key;
  private final int mode;
  private long chunk;

  private ChunkCipher(SecretKey key, int mode, long firstChunk) {
    this.key = key;
    this.mode = mode;
    this.chunk = firstChunk;
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static ChunkCipher sealing(SecretKey key) {
    return new ChunkCipher(key, Cipher.ENCRYPT_MODE, 0);
  }

  static ChunkCipher opening(SecretKey key, long firstChunk) {
    return new ChunkCipher(key, Cipher.DECRYPT_MODE, firstChunk);
  }

  /// Whether more chunks follow.
  enum Place {
    MORE,
    LAST
  }

  /// Seals the next chunk; answers how many bytes it has become.
  int seal(byte[] clear, int count, Place place, byte[] sealed, int at) {
    try {
      return run(clear, 0, count, place, sealed, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Opens the next chunk; answers how many clear bytes it holds.
  int open(byte[] sealed, int count, Place place, byte[] clear, int at) throws AEADBadTagException {
    try {
      return run(sealed, 0, count, place, clear, at);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private int run(byte[] from, int at, int count, Place place, byte[] into, int to)
      throws GeneralSecurityException {
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce(place)));
    chunk++;
    return cipher.doFinal(from, at, count, into, to);
  }

  private byte[] nonce(Place place) {
    return ByteBuffer.allocate(NONCE)
        .putInt(0)
        .putInt((int) (chunk >>> (Byte.SIZE * 3)))
        .putInt((int) (chunk << Byte.SIZE) | (place == Place.LAST ? 1 : 0))
        .array();
  }
}

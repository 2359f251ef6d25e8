package io.stabbur.storage.encrypt;

import io.stabbur.platform.crypto.Crypto;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The key of one object, unwrapped, and the object's layout. Each segment has a key of its own,
/// derived from it.
record ObjectKey(SecretKey secret, Layout layout) {
  static final int BYTES = 32;
  private static final byte[] SEGMENT = "stabbur segment 1".getBytes(StandardCharsets.UTF_8);

  static ObjectKey fresh() {
    return new ObjectKey(aes(Crypto.random(BYTES)), Layout.UNFINISHED);
  }

  static SecretKey aes(byte[] bytes) {
    return new SecretKeySpec(bytes, "AES");
  }

  ObjectKey with(Layout other) {
    return new ObjectKey(secret, other);
  }

  /// @param salt what the stored segment begins with; empty for a whole object, which is written
  ///   once
  SecretKey segmentKey(int number, byte[] salt) {
    var use =
        ByteBuffer.allocate(SEGMENT.length + Integer.BYTES + salt.length)
            .put(SEGMENT)
            .putInt(number)
            .put(salt);
    return aes(Crypto.hkdfExpand(secret.getEncoded(), use.array(), BYTES));
  }
}

package io.stabbur.operations.backup.repository;

import io.stabbur.platform.crypto.Crypto;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// One sealed object: `SBK` and the version 1, 16 random bytes, and the content under AES-256-GCM
/// with a key for this object alone. The name of the object is authenticated with it, so an object
/// in the place of another is refused like a changed one.
final class Seal {
  private static final byte[] HEAD = {'S', 'B', 'K', 1};
  private static final int SALT = 16;
  private static final int START = HEAD.length + SALT;
  private static final int TAG_BITS = 128;

  private Seal() {}

  static byte[] close(RepositoryKey key, String name, byte[] content) {
    var salt = Crypto.random(SALT);
    try {
      var sealed = cipher(Cipher.ENCRYPT_MODE, key, salt, name).doFinal(content);
      return ByteBuffer.allocate(START + sealed.length).put(HEAD).put(salt).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The content.
  ///
  /// @throws DamagedException when the object was changed, truncated, moved, or sealed with another
  ///   key
  static byte[] open(RepositoryKey key, String name, byte[] object) {
    if (object.length < START
        || !ByteBuffer.wrap(object, 0, HEAD.length).equals(ByteBuffer.wrap(HEAD))) {
      throw new DamagedException(
          "The object %s of the backup repository is damaged".formatted(name));
    }
    var salt = new byte[SALT];
    System.arraycopy(object, HEAD.length, salt, 0, SALT);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, salt, name)
          .doFinal(object, START, object.length - START);
    } catch (GeneralSecurityException e) {
      throw new DamagedException(
          "The object %s of the backup repository is damaged".formatted(name));
    }
  }

  private static Cipher cipher(int mode, RepositoryKey key, byte[] salt, String name)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    // each key seals one object, so the nonce need not vary
    cipher.init(
        mode,
        new SecretKeySpec(key.forObject(salt), "AES"),
        new GCMParameterSpec(TAG_BITS, new byte[12]));
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}

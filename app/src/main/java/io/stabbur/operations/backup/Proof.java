package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.project.FileKeys;
import io.stabbur.project.Project;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/// A value in the database that only the project's own keys open. A restored copy in which it can
/// be read has the database and the keys that belong together.
final class Proof {
  private static final String SCOPE = "backup proof";
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private Proof() {}

  /// `VERSION.NONCE.SEALED`, of a text that names the backup.
  static String seal(Project project, String text) {
    var keys = FileKeys.of(project);
    int version = keys.current();
    var nonce = Crypto.random(NONCE);
    var sealed =
        run(Cipher.ENCRYPT_MODE, keys, version, nonce, text.getBytes(StandardCharsets.UTF_8));
    return version + "." + encode(nonce) + '.' + encode(sealed);
  }

  /// Refuses a copy whose keys do not open the value in its database, or open that of another
  /// backup.
  ///
  /// @throws DamagedException unless it is the one of this backup
  static void require(FileKeys keys, String proof, Backup backup) {
    try {
      var text = open(keys, proof);
      if (!text.equals(backup.id())) {
        throw new DamagedException(
            "The restored copy says it is backup %s and not %s".formatted(text, backup.id()));
      }
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new DamagedException("The restored copy is sealed with other keys: " + e.getMessage());
    }
  }

  /// The text.
  ///
  /// @throws IllegalStateException when the keys are not those it was sealed with
  static String open(FileKeys keys, String proof) {
    var parts = proof.split("\\.", -1);
    if (parts.length != 3) {
      throw new IllegalStateException("there is no sealed value in the database");
    }
    return new String(
        run(
            Cipher.DECRYPT_MODE,
            keys,
            Integer.parseInt(parts[0]),
            decode(parts[1]),
            decode(parts[2])),
        StandardCharsets.UTF_8);
  }

  private static byte[] run(int mode, FileKeys keys, int version, byte[] nonce, byte[] text) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      var key =
          keys.wrappingKey(version, SCOPE)
              .orElseThrow(() -> new IllegalStateException("the keys lack version " + version));
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      return cipher.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the sealed value cannot be opened with these keys", e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] decode(String text) {
    return Base64.getUrlDecoder().decode(text);
  }
}

package io.stabbur.operations.backup.repository;

import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/// The key of a repository: every object in it is sealed with a key that is derived from this one.
/// Whoever has it and the repository has everything, the project's own keys included.
public final class RepositoryKey {
  private static final String PREFIX = "sbk_";
  private static final int BYTES = 32;
  private static final int SHORTEST = 32;

  private final byte[] root;

  private RepositoryKey(byte[] root) {
    this.root = root;
  }

  /// The key that follows from a project's master key. The master key does not follow from it.
  public static RepositoryKey ofMasterKey(String masterKey) {
    return of(masterKey, "stabbur backup key from master key 1");
  }

  /// A key from what an operator kept: the text of `stabbur backup key`, or the setting
  /// `stabbur.backup.key`.
  ///
  /// @throws IllegalArgumentException when the text is shorter than 32 characters
  public static RepositoryKey ofText(String text) {
    if (text.startsWith(PREFIX)) {
      var root = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
      if (root.length != BYTES) {
        throw new IllegalArgumentException("a backup key ends early or goes on too long");
      }
      return new RepositoryKey(root);
    }
    if (text.length() < SHORTEST) {
      throw new IllegalArgumentException("a backup key must have 32 characters or more");
    }
    return of(text, "stabbur backup key 1");
  }

  private static RepositoryKey of(String secret, String use) {
    return new RepositoryKey(
        Crypto.hmacSha256(
            use.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8)));
  }

  /// The text to keep apart from the repository.
  public String text() {
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(root);
  }

  /// Tells two keys apart and gives neither away.
  public String fingerprint() {
    return HexFormat.of().formatHex(Crypto.hkdfExpand(root, use("fingerprint"), 8));
  }

  /// The key of one object.
  ///
  /// @param salt random, stored with the object
  byte[] forObject(byte[] salt) {
    var use = new byte[salt.length + 7];
    System.arraycopy(use("object "), 0, use, 0, 7);
    System.arraycopy(salt, 0, use, 7, salt.length);
    return Crypto.hkdfExpand(root, use, BYTES);
  }

  /// A name for something whose own name must not be seen in the repository.
  String nameFor(String text) {
    var key = Crypto.hkdfExpand(root, use("names"), BYTES);
    return HexFormat.of().formatHex(Crypto.hmacSha256(key, use(text)), 0, 20);
  }

  private static byte[] use(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "RepositoryKey[" + fingerprint() + "]";
  }
}

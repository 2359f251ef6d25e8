package io.stabbur.functions.secret;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.project.FileKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/// Encrypts the values of secrets with a key of the project's key store, which never comes to the
/// database. A sealed value is bound to its name: under another name it does not open.
record Sealing(FileKeys keys) {
  private static final String SCOPE = "secrets of functions";
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  int current() {
    return keys.current();
  }

  byte[] seal(String name, String value) {
    try {
      var nonce = Crypto.random(NONCE);
      var cipher = cipher(Cipher.ENCRYPT_MODE, key(keys.current()).orElseThrow(), nonce, name);
      var sealed = cipher.doFinal(value.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The value; empty where the key store does not have the key, or the value was tampered with.
  Optional<String> open(String name, byte[] sealed, int version) {
    try {
      var key = key(version);
      if (key.isEmpty() || sealed.length < NONCE) {
        return Optional.empty();
      }
      var cipher = cipher(Cipher.DECRYPT_MODE, key.get(), Arrays.copyOf(sealed, NONCE), name);
      return Optional.of(
          new String(cipher.doFinal(sealed, NONCE, sealed.length - NONCE), StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /// Tells values apart without telling what they are: with a key, so that short values cannot be
  /// guessed from it.
  String digest(String name, String value) {
    var key = key(1).orElseThrow().getEncoded();
    return HexFormat.of()
        .formatHex(Crypto.hmacSha256(key, (name + '\0' + value).getBytes(StandardCharsets.UTF_8)));
  }

  private Optional<SecretKey> key(int version) {
    return keys.wrappingKey(version, SCOPE);
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String name)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}

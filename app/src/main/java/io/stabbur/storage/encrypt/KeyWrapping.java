package io.stabbur.storage.encrypt;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.project.FileKeys;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.backend.VersionKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/// Wraps objects' keys with the key of whom they belong to ([Encryption#scope]). A wrapped key is
/// bound to project, bucket, name, version and layout: put beside another object it does not open.
record KeyWrapping(FileKeys keys) {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final String USE = "stabbur object key 1";

  int current() {
    return keys.current();
  }

  /// Wraps with the newest root.
  WrappedKey wrap(VersionKey object, ObjectKey key) {
    int version = keys.current();
    var nonce = Crypto.random(NONCE);
    var layout = key.layout().text();
    var cipher = cipher(Cipher.ENCRYPT_MODE, wrappingKey(object, version), nonce, object, layout);
    try {
      var sealed = cipher.doFinal(key.secret().getEncoded());
      var all = ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
      return new WrappedKey(version, Base64.getEncoder().encodeToString(all), layout);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A key that does not open, whatever the cause, is an unreadable object.
  ObjectKey unwrap(VersionKey object, WrappedKey key) {
    try {
      var all = Base64.getDecoder().decode(key.wrapped());
      var nonce = java.util.Arrays.copyOf(all, NONCE);
      var wrapping = wrappingKey(object, key.keyVersion());
      var cipher = cipher(Cipher.DECRYPT_MODE, wrapping, nonce, object, key.layout());
      var secret = cipher.doFinal(all, NONCE, all.length - NONCE);
      return new ObjectKey(ObjectKey.aes(secret), Layout.parse(key.layout()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw Unreadable.because("its key does not open", object);
    }
  }

  private SecretKey wrappingKey(VersionKey object, int version) {
    var scope = Encryption.of(object.version()).scope(object.name());
    return keys.wrappingKey(version, scope)
        .orElseThrow(
            () ->
                Unreadable.because("keys.json has no version " + version + " of its key", object));
  }

  private static Cipher cipher(
      int mode, SecretKey key, byte[] nonce, VersionKey object, String layout) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(bound(object, layout));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Each text after its length, so that no two objects have the same.
  private static byte[] bound(VersionKey object, String layout) {
    var out = new ByteArrayOutputStream();
    for (var text :
        new String[] {
          USE, object.tenant(), object.bucket(), object.name(), object.version(), layout
        }) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }
}

package io.stabbur.platform.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The few primitives everybody needs, over the JDK's providers.
public final class Crypto {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private Crypto() {}

  public static byte[] random(int bytes) {
    var out = new byte[bytes];
    RANDOM.nextBytes(out);
    return out;
  }

  /// Random bytes as unpadded base64url text.
  public static String randomText(int bytes) {
    return BASE64URL.encodeToString(random(bytes));
  }

  public static byte[] hmacSha256(byte[] key, byte[] message) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A key for one use from a key that is random already (RFC 5869, HKDF-Expand with SHA-256).
  ///
  /// @param use names the use
  public static byte[] hkdfExpand(byte[] key, byte[] use, int bytes) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.expandOnly(new SecretKeySpec(key, "HKDF-SHA256"), use, bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static byte[] sha256(byte[] message) {
    return sha256().digest(message);
  }

  /// For a message that comes bit by bit.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String sha256Hex(String text) {
    return HexFormat.of().formatHex(sha256(text.getBytes(StandardCharsets.UTF_8)));
  }

  /// Compares in time that depends on the lengths alone.
  public static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  public static String base64Url(byte[] bytes) {
    return BASE64URL.encodeToString(bytes);
  }
}

package io.stabbur.project;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;

/// The setting `jwt-secret` read as what it is: a text whose bytes are the key, or a JWK or a JWK
/// set whose keys count and not their text.
public final class JwtSecret {
  /// RFC 7518, 3.2 and 3.3.
  private static final int LEAST_BYTES = 32;

  private static final int LEAST_RSA_BITS = 2048;

  private JwtSecret() {}

  /// The bytes that sign with HS256: those of the text, or of the first secret of a JWK set.
  public static byte[] hmacKey(Secret secret) {
    if (!isJwk(secret)) {
      return secret.bytes();
    }
    return keys(secret).stream()
        .filter(OctetSequenceKey.class::isInstance)
        .map(key -> ((OctetSequenceKey) key).toByteArray())
        .findFirst()
        .orElseGet(secret::bytes);
  }

  /// Whether somebody could find a key by trying.
  static boolean isWeak(Secret secret) {
    return isJwk(secret)
        ? keys(secret).isEmpty() || keys(secret).stream().anyMatch(JwtSecret::isWeak)
        : secret.bytes().length < LEAST_BYTES;
  }

  /// Whether a key is one that everybody can look up.
  static boolean isSample(Secret secret) {
    return isJwk(secret)
        ? keys(secret).stream()
            .anyMatch(
                key ->
                    key instanceof OctetSequenceKey oct
                        && SampleKeys.isSecret(
                            new String(oct.toByteArray(), StandardCharsets.UTF_8)))
        : SampleKeys.isSecret(secret.reveal());
  }

  static boolean isWeak(JWK key) {
    return switch (key) {
      case OctetSequenceKey oct -> oct.toByteArray().length < LEAST_BYTES;
      case RSAKey rsa -> bits(rsa) < LEAST_RSA_BITS;
      default -> false;
    };
  }

  private static int bits(RSAKey key) {
    try {
      return key.toRSAPublicKey().getModulus().bitLength();
    } catch (JOSEException e) {
      throw new IllegalArgumentException("unusable key " + key.getKeyID(), e);
    }
  }

  private static boolean isJwk(Secret secret) {
    return secret.reveal().strip().startsWith("{");
  }

  private static List<JWK> keys(Secret secret) {
    var text = secret.reveal().strip();
    try {
      return text.contains("\"keys\"") ? JWKSet.parse(text).getKeys() : List.of(JWK.parse(text));
    } catch (ParseException e) {
      throw new StartFailure(
          "A jwt-secret that begins with { is a JWK or a JWK set; this one cannot be read as"
              + " either.",
          e);
    }
  }
}

package io.stabbur.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.stabbur.platform.config.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.text.ParseException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A key that can check signatures. A key only ever answers for its own family of algorithms, so a
/// public key can never be taken for a shared secret.
public sealed interface VerificationKey {
  @Nullable String id();

  /// Whether this key may check a signature made with the JWS algorithm `algorithm`.
  boolean fits(String algorithm);

  boolean verifies(String algorithm, byte[] signed, byte[] signature)
      throws GeneralSecurityException;

  /// A shared secret: HS256, HS384, HS512.
  record Shared(@Nullable String id, SecretKey key) implements VerificationKey {
    public static Shared of(byte[] secret) {
      return new Shared(null, new SecretKeySpec(secret, "HmacSHA256"));
    }

    @Override
    public boolean fits(String algorithm) {
      return algorithm.equals("HS256") || algorithm.equals("HS384") || algorithm.equals("HS512");
    }

    @Override
    public boolean verifies(String algorithm, byte[] signed, byte[] signature)
        throws GeneralSecurityException {
      var mac = Mac.getInstance("HmacSHA" + algorithm.substring(2));
      mac.init(key);
      return MessageDigest.isEqual(mac.doFinal(signed), signature);
    }
  }

  /// An RSA public key: RS256, RS384, RS512.
  record Rsa(@Nullable String id, PublicKey key) implements VerificationKey {
    @Override
    public boolean fits(String algorithm) {
      return algorithm.equals("RS256") || algorithm.equals("RS384") || algorithm.equals("RS512");
    }

    @Override
    public boolean verifies(String algorithm, byte[] signed, byte[] signature)
        throws GeneralSecurityException {
      return check("SHA" + algorithm.substring(2) + "withRSA", key, signed, signature);
    }
  }

  /// A public key on one NIST curve: ES256, ES384 or ES512, the one that belongs to the curve.
  record EllipticCurve(@Nullable String id, PublicKey key, String algorithm)
      implements VerificationKey {
    @Override
    public boolean fits(String wanted) {
      return algorithm.equals(wanted);
    }

    @Override
    public boolean verifies(String wanted, byte[] signed, byte[] signature)
        throws GeneralSecurityException {
      return check("SHA" + wanted.substring(2) + "withECDSAinP1363Format", key, signed, signature);
    }
  }

  /// An Ed25519 public key.
  record Edwards(@Nullable String id, PublicKey key) implements VerificationKey {
    @Override
    public boolean fits(String algorithm) {
      return algorithm.equals("EdDSA") || algorithm.equals("Ed25519");
    }

    @Override
    public boolean verifies(String algorithm, byte[] signed, byte[] signature)
        throws GeneralSecurityException {
      return check("Ed25519", key, signed, signature);
    }
  }

  /// The keys a secret stands for: none for an empty one, those of a JWK or JWK set, else the text
  /// itself.
  static List<VerificationKey> all(Secret secret) {
    var text = secret.reveal().strip();
    if (text.isEmpty()) {
      return List.of();
    }
    if (!text.startsWith("{")) {
      return List.of(Shared.of(secret.bytes()));
    }
    try {
      var keys =
          text.contains("\"keys\"") ? JWKSet.parse(text).getKeys() : List.of(JWK.parse(text));
      return keys.stream().map(VerificationKey::of).toList();
    } catch (ParseException e) {
      throw new IllegalArgumentException("the JWT secret looks like a JWK and is none", e);
    }
  }

  /// The verification half of a JWK.
  static VerificationKey of(JWK jwk) {
    try {
      return switch (jwk) {
        case OctetSequenceKey key -> new Shared(key.getKeyID(), key.toSecretKey("HmacSHA256"));
        case RSAKey key -> new Rsa(key.getKeyID(), key.toRSAPublicKey());
        case ECKey key ->
            new EllipticCurve(
                key.getKeyID(),
                key.toECPublicKey(),
                switch (key.getCurve().getName()) {
                  case "P-256" -> "ES256";
                  case "P-384" -> "ES384";
                  case "P-521" -> "ES512";
                  case String other ->
                      throw new IllegalArgumentException("unsupported curve " + other);
                });
        case OctetKeyPair key -> new Edwards(key.getKeyID(), ed25519(key.getDecodedX()));
        default -> throw new IllegalArgumentException("unsupported key type " + jwk.getKeyType());
      };
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalArgumentException("unusable key " + jwk.getKeyID(), e);
    }
  }

  private static boolean check(String name, PublicKey key, byte[] signed, byte[] signature)
      throws GeneralSecurityException {
    var checker = Signature.getInstance(name);
    checker.initVerify(key);
    checker.update(signed);
    return checker.verify(signature);
  }

  private static PublicKey ed25519(byte[] x) throws GeneralSecurityException {
    var reversed = new byte[x.length];
    for (int i = 0; i < x.length; i++) {
      reversed[i] = x[x.length - 1 - i];
    }
    boolean odd = (reversed[0] & 0x80) != 0;
    reversed[0] &= 0x7f;
    var point = new EdECPoint(odd, new java.math.BigInteger(1, reversed));
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
  }
}

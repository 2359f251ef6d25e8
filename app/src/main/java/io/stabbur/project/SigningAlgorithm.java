package io.stabbur.project;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.util.Optional;

/// The algorithms a project's tokens may be signed with, and how a key for each is made (RFC 7518,
/// RFC 8037).
public enum SigningAlgorithm {
  ES256("ES256") {
    @Override
    JWK fresh(String id) throws JOSEException {
      return new ECKeyGenerator(Curve.P_256).keyUse(KeyUse.SIGNATURE).keyID(id).generate();
    }
  },
  RS256("RS256") {
    @Override
    JWK fresh(String id) throws JOSEException {
      return new RSAKeyGenerator(RSA_BITS).keyUse(KeyUse.SIGNATURE).keyID(id).generate();
    }
  },
  EDDSA("EdDSA") {
    @Override
    JWK fresh(String id) throws GeneralSecurityException {
      var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      var seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      return new OctetKeyPair.Builder(
              Curve.Ed25519, Base64URL.encode(point((EdECPublicKey) pair.getPublic())))
          .d(Base64URL.encode(seed))
          .keyUse(KeyUse.SIGNATURE)
          .keyID(id)
          .build();
    }
  },
  /// A secret, which whoever rotates is told once: a back end that knows it can check tokens, and
  /// make them. It is a text, since that is how libraries take it.
  HS256("HS256") {
    @Override
    JWK fresh(String id) {
      return new OctetSequenceKey.Builder(
              Crypto.randomText(SECRET_CHARACTERS).getBytes(StandardCharsets.US_ASCII))
          .keyUse(KeyUse.SIGNATURE)
          .keyID(id)
          .build();
    }
  };

  private static final int RSA_BITS = 2048;
  private static final int SECRET_CHARACTERS = 32;
  private static final int POINT_BYTES = 32;
  private final String wire;

  SigningAlgorithm(String wire) {
    this.wire = wire;
  }

  /// The `alg` of a token's header.
  public String wire() {
    return wire;
  }

  abstract JWK fresh(String id) throws JOSEException, GeneralSecurityException;

  JWK fresh() {
    try {
      return fresh(Crypto.randomText(12));
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Optional<SigningAlgorithm> named(String wire) {
    for (var algorithm : values()) {
      if (algorithm.wire.equals(wire)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /// The one a key is for; a key is never used with another.
  static SigningAlgorithm of(JWK key) {
    return switch (key) {
      case ECKey _ -> ES256;
      case RSAKey _ -> RS256;
      case OctetKeyPair _ -> EDDSA;
      case OctetSequenceKey _ -> HS256;
      default -> throw new IllegalStateException("no signing key: " + key.getKeyType());
    };
  }

  /// The little-endian y with the sign of x in its highest bit (RFC 8032, 5.1.2).
  private static byte[] point(EdECPublicKey key) {
    var y = key.getPoint().getY().toByteArray();
    var bytes = new byte[POINT_BYTES];
    for (int i = 0; i < POINT_BYTES && i < y.length; i++) {
      bytes[i] = y[y.length - 1 - i];
    }
    if (key.getPoint().isXOdd()) {
      bytes[POINT_BYTES - 1] |= (byte) 0x80;
    }
    return bytes;
  }
}

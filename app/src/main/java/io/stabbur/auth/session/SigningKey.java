package io.stabbur.auth.session;

import io.stabbur.platform.crypto.Crypto;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/// A key that signs tokens, with the algorithm that belongs to it.
sealed interface SigningKey {
  String algorithm();

  /// The `kid` of the header; "" leaves it out.
  String id();

  byte[] sign(byte[] text);

  /// The project's shared secret.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Shared(String id, byte[] secret) implements SigningKey {
    @Override
    public String algorithm() {
      return "HS256";
    }

    @Override
    public byte[] sign(byte[] text) {
      return Crypto.hmacSha256(secret, text);
    }
  }

  /// A private key of our own: ES256, RS256 or EdDSA.
  record Private(String id, String algorithm, PrivateKey key) implements SigningKey {
    @Override
    public byte[] sign(byte[] text) {
      try {
        var signature = Signature.getInstance(javaName());
        signature.initSign(key);
        signature.update(text);
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private String javaName() {
      return switch (algorithm) {
        case "ES256" -> "SHA256withECDSAinP1363Format";
        case "RS256" -> "SHA256withRSA";
        case "EdDSA" -> "Ed25519";
        case String other -> throw new IllegalStateException("cannot sign with " + other);
      };
    }
  }
}

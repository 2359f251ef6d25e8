package io.stabbur.auth;

import io.micronaut.json.tree.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/// Checks a token with a published key and the JDK, as somebody who has never heard of Stabbur.
final class JdkSignatures {
  /// What stands before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410).
  private static final byte[] ED25519_HEADER = HexFormat.of().parseHex("302a300506032b6570032100");

  private JdkSignatures() {}

  static boolean verify(JsonNode key, String token) {
    int end = token.lastIndexOf('.');
    try {
      var signature = Signature.getInstance(name(text(key, "alg")));
      signature.initVerify(publicKey(key));
      signature.update(token.substring(0, end).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String name(String algorithm) {
    return switch (algorithm) {
      case "ES256" -> "SHA256withECDSAinP1363Format";
      case "RS256" -> "SHA256withRSA";
      case "EdDSA" -> "Ed25519";
      default -> throw new AssertionError(algorithm);
    };
  }

  private static PublicKey publicKey(JsonNode key) throws GeneralSecurityException {
    return switch (text(key, "kty")) {
      case "RSA" ->
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
      case "EC" -> {
        var curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        yield KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(
                    new ECPoint(number(key, "x"), number(key, "y")),
                    curve.getParameterSpec(ECParameterSpec.class)));
      }
      default -> {
        var encoded = new byte[44];
        System.arraycopy(ED25519_HEADER, 0, encoded, 0, 12);
        System.arraycopy(bytes(key, "x"), 0, encoded, 12, 32);
        yield KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
      }
    };
  }

  private static BigInteger number(JsonNode key, String name) {
    return new BigInteger(1, bytes(key, name));
  }

  private static byte[] bytes(JsonNode key, String name) {
    return Base64.getUrlDecoder().decode(text(key, name));
  }

  private static String text(JsonNode key, String name) {
    return AuthClient.at(key, name).getStringValue();
  }
}

package io.stabbur.identity;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks the signature of a compact JWS (RFC 7515) and reads its claims. `alg` chooses nothing:
/// the key does, and a key only answers for its own family.
final class TokenVerifier {
  private TokenVerifier() {}

  static Claims verify(String token, KeySet keys) {
    if (token.isEmpty()) {
      throw new ApiException(new TokenError.Empty());
    }
    if (keys.isEmpty()) {
      throw new ApiException(new TokenError.NoKeys());
    }
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new ApiException(new TokenError.Parts(parts.length));
    }
    var header = object(decode(parts[0], "header"), "header");
    var algorithm = Json.textOrNull(header, "alg");
    if (algorithm == null || !keys.knows(algorithm)) {
      throw new ApiException(new TokenError.WrongAlgorithm(algorithm == null ? "" : algorithm));
    }
    var key =
        keys.find(Json.textOrNull(header, "kid"), algorithm)
            .orElseThrow(() -> new ApiException(new TokenError.NoSuitableKey()));
    var signed = token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
    if (!verifies(key, algorithm, signed, decode(parts[2], "signature"))) {
      throw new ApiException(new TokenError.BadSignature());
    }
    return unverified(token);
  }

  /// By whom a token says that it is signed.
  ///
  /// @param key the id of the key
  record Signer(String algorithm, @Nullable String key) {}

  /// Empty for what is no token.
  static Optional<Signer> signer(String token) {
    try {
      int end = token.indexOf('.');
      var header = object(decode(token.substring(0, Math.max(0, end)), "header"), "header");
      return Optional.ofNullable(Json.textOrNull(header, "alg"))
          .map(algorithm -> new Signer(algorithm, Json.textOrNull(header, "kid")));
    } catch (ApiException _) {
      return Optional.empty();
    }
  }

  /// What a token says of itself. Nobody has vouched for it yet.
  static Claims unverified(String token) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new ApiException(new TokenError.Parts(parts.length));
    }
    var payload = decode(parts[1], "payload");
    return new Claims(new String(payload, StandardCharsets.UTF_8), object(payload, "payload"));
  }

  private static boolean verifies(
      VerificationKey key, String algorithm, byte[] signed, byte[] signature) {
    try {
      return key.verifies(algorithm, signed, signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /// Takes the one spelling that RFC 7515 knows (no padding, no stray bits): a token that was
  /// withdrawn must not come back spelt differently.
  private static byte[] decode(String part, String name) {
    try {
      var bytes = Base64.getUrlDecoder().decode(part);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // falls through: neither is a token
    }
    throw new ApiException(new TokenError.Undecodable(name));
  }

  private static JsonNode object(byte[] json, String name) {
    try {
      var node = Json.parse(json);
      if (node.isObject()) {
        return node;
      }
    } catch (ApiException e) {
      // falls through: what is not JSON is not a token either
    }
    throw new ApiException(new TokenError.Undecodable(name));
  }
}

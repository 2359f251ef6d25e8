package io.stabbur.project;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.UUID;

/// The text of new API keys.
final class KeyText {
  private static final Duration LIFE_OF_LEGACY_KEYS = Duration.ofDays(3650);

  private KeyText() {}

  static String fresh(ApiKey.Kind kind, Secret jwtSecret, String project) {
    return switch (kind) {
      case PUBLISHABLE -> opaque("sb_publishable_");
      case SECRET -> opaque("sb_secret_");
      case ANON, SERVICE_ROLE -> legacy(jwtSecret, project, kind.role());
    };
  }

  /// Prefix, random part and a checksum by which a mistyped key can be told from a revoked one.
  private static String opaque(String prefix) {
    var random = prefix + Crypto.randomText(17).substring(0, 22);
    return random + "_" + Crypto.sha256Hex(random).substring(0, 8);
  }

  /// A long-lived HS256 token with a role, as client libraries have used them as API keys. The
  /// `jti` tells two of the same second apart.
  private static String legacy(Secret jwtSecret, String project, String role) {
    var now = Instant.now();
    var claims = new LinkedHashMap<String, JsonNode>();
    claims.put("iss", JsonNode.createStringNode("supabase"));
    claims.put("ref", JsonNode.createStringNode(project));
    claims.put("role", JsonNode.createStringNode(role));
    claims.put("iat", JsonNode.createNumberNode(now.getEpochSecond()));
    claims.put("exp", JsonNode.createNumberNode(now.plus(LIFE_OF_LEGACY_KEYS).getEpochSecond()));
    claims.put("jti", JsonNode.createStringNode(UUID.randomUUID().toString()));
    var signed =
        encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")
            + "."
            + encode(Json.write(JsonNode.createObjectNode(claims)));
    var key = JwtSecret.hmacKey(jwtSecret);
    var signature = Crypto.hmacSha256(key, signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Crypto.base64Url(signature);
  }

  private static String encode(String json) {
    return Crypto.base64Url(json.getBytes(StandardCharsets.UTF_8));
  }
}

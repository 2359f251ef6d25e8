package io.stabbur.testing;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.project.Project;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// Tokens made by hand, good and bad, as an attacker or another program would make them.
public final class Tokens {
  private Tokens() {}

  /// A token of this project for a role and a user, valid for an hour.
  public static String of(Project project, String role, String sub) {
    return signed(
        project.keys().jwtSecret().reveal(),
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        "{\"role\":\"%s\",\"sub\":\"%s\",\"exp\":%d}"
            .formatted(role, sub, Instant.now().plusSeconds(3600).getEpochSecond()));
  }

  /// Header and claims signed with HS256 under any secret.
  public static String signed(String secret, String header, String claims) {
    var signed = part(header) + "." + part(claims);
    return signed
        + "."
        + Crypto.base64Url(
            Crypto.hmacSha256(
                secret.getBytes(StandardCharsets.UTF_8),
                signed.getBytes(StandardCharsets.US_ASCII)));
  }

  public static String part(String json) {
    return Crypto.base64Url(json.getBytes(StandardCharsets.UTF_8));
  }
}

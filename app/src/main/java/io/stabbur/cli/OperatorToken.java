package io.stabbur.cli;

import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Properties;

/// What the command shows to the Stabbur that runs on this machine: a token of the service role for
/// five minutes. API keys may be revoked; who can read the data folder can always make one of
/// these.
final class OperatorToken {
  private static final int LIFE_SECONDS = 300;

  private OperatorToken() {}

  static String of(Properties running) {
    var secret = running.getProperty("JWT_SECRET");
    if (secret.strip().startsWith("{")) {
      // a set of keys that can only check: there is nothing to sign with
      return running.getProperty("SERVICE_ROLE_KEY");
    }
    long now = Instant.now().getEpochSecond();
    var signed =
        encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")
            + "."
            + encode(
                "{\"role\":\"service_role\",\"iat\":%d,\"exp\":%d}"
                    .formatted(now, now + LIFE_SECONDS));
    var signature =
        Crypto.hmacSha256(
            secret.getBytes(StandardCharsets.UTF_8), signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Crypto.base64Url(signature);
  }

  private static String encode(String json) {
    return Crypto.base64Url(json.getBytes(StandardCharsets.UTF_8));
  }
}

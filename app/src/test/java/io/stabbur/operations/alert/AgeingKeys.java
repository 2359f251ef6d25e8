package io.stabbur.operations.alert;

import io.stabbur.platform.crypto.Crypto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// The key file of an appliance whose `anon` key is nearly as old as it may become.
final class AgeingKeys {
  private static final String SECRET = "a secret of an old appliance, long enough";

  private AgeingKeys() {}

  /// Adds the secret and the key to the key file of a data folder.
  static void write(Path data) throws IOException {
    var file = data.resolve("keys.json");
    var end = Instant.now().plus(Duration.ofDays(2)).getEpochSecond();
    var claims =
        "{\"iss\":\"supabase\",\"ref\":\"default\",\"role\":\"anon\",\"iat\":1700000000,\"exp\":%d}"
            .formatted(end);
    var signed = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + '.' + encode(claims);
    var key =
        signed
            + '.'
            + Crypto.base64Url(
                Crypto.hmacSha256(
                    SECRET.getBytes(StandardCharsets.UTF_8),
                    signed.getBytes(StandardCharsets.US_ASCII)));
    var entries = "\"jwt_secret\": \"%s\", \"anon_key\": \"%s\", ".formatted(SECRET, key);
    Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{" + entries));
  }

  private static String encode(String json) {
    return Crypto.base64Url(json.getBytes(StandardCharsets.UTF_8));
  }
}

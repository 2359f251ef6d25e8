package io.stabbur.auth.session;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;

/// Signs claims with the project's current key.
@Singleton
public final class Minter {
  private final SigningKeys keys;

  Minter(SigningKeys keys) {
    this.keys = keys;
  }

  public String sign(Project project, JsonNode claims) {
    var key = keys.current(project);
    var header = new Fields().put("alg", key.algorithm()).maybe("kid", key.id()).put("typ", "JWT");
    var text = encode(header.node()) + "." + encode(claims);
    return text + "." + Crypto.base64Url(key.sign(text.getBytes(StandardCharsets.US_ASCII)));
  }

  /// What the current key signs with.
  public String algorithm(Project project) {
    return keys.current(project).algorithm();
  }

  private static String encode(JsonNode json) {
    return Crypto.base64Url(Json.write(json).getBytes(StandardCharsets.UTF_8));
  }
}

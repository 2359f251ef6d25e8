package io.stabbur.auth.session;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.User;
import io.stabbur.auth.request.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// A session as it is handed to a client.
public record IssuedSession(
    String accessToken, long expiresAt, long expiresIn, String refreshToken, UUID id, User user) {

  public JsonNode json() {
    return fields().node();
  }

  public Fields fields() {
    return new Fields()
        .put("access_token", accessToken)
        .put("token_type", "bearer")
        .put("expires_in", expiresIn)
        .put("expires_at", expiresAt)
        .put("refresh_token", refreshToken)
        .put("user", user.json());
  }

  /// What the implicit flow puts behind the `#` of the redirect.
  public Map<String, String> fragment() {
    var values = new LinkedHashMap<String, String>();
    values.put("access_token", accessToken);
    values.put("expires_at", String.valueOf(expiresAt));
    values.put("expires_in", String.valueOf(expiresIn));
    values.put("refresh_token", refreshToken);
    values.put("sb", "");
    values.put("token_type", "bearer");
    return values;
  }
}

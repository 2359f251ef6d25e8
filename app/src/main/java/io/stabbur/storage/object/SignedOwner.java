package io.stabbur.storage.object;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import java.util.LinkedHashMap;

/// Whoever bears an upload token stores for the one it was made for.
public final class SignedOwner {
  private SignedOwner() {}

  public static Caller of(Caller caller, SignedToken token) {
    var claims = new LinkedHashMap<String, JsonNode>();
    claims.put("role", JsonNode.createStringNode(Caller.ANON));
    var owner = token.text("owner");
    if (owner != null) {
      claims.put("sub", JsonNode.createStringNode(owner));
    }
    return new Caller(
        caller.project(), Caller.ANON, Claims.of(JsonNode.createObjectNode(claims)), false);
  }
}

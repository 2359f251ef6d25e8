package io.stabbur.identity;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes an issuer's claims ours. What decides about rights here, the role and the memberships,
/// comes out only where the operator has named the claim it comes from.
///
/// @param paths where each of our claims is found there
/// @param roles the database roles that may come out
/// @param rights the claims that come out only where `paths` names them
record ClaimMapping(Map<String, List<String>> paths, List<String> roles, ClaimRights rights) {

  Claims map(Claims theirs) {
    var ours = new LinkedHashMap<String, JsonNode>();
    for (var entry : theirs.tree().entries()) {
      if (!rights.contains(entry.getKey())) {
        ours.put(entry.getKey(), entry.getValue());
      }
    }
    paths.forEach(
        (name, path) -> {
          var value = at(theirs.tree(), path);
          if (value != null) {
            ours.put(name, value);
          }
        });
    ours.put("role", JsonNode.createStringNode(role(theirs)));
    if (rights.asksForMemberships()) {
      ours.putIfAbsent("organizations", JsonNode.createArrayNode(List.of()));
    }
    return Claims.of(JsonNode.createObjectNode(ours)).ofTrustedIssuer();
  }

  private String role(Claims theirs) {
    var path = paths.get("role");
    if (path == null) {
      return roles.getFirst();
    }
    var value = at(theirs.tree(), path);
    var role = value != null && value.isString() ? value.getStringValue() : "";
    if (!roles.contains(role)) {
      throw new ApiException(new TokenError.WrongType("role", "role that this issuer may give"));
    }
    return role;
  }

  private static @Nullable JsonNode at(JsonNode tree, List<String> path) {
    JsonNode at = tree;
    for (var name : path) {
      at = at == null || !at.isObject() ? null : at.get(name);
    }
    return at == null || at.isNull() ? null : at;
  }
}

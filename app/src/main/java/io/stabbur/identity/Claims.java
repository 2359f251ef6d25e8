package io.stabbur.identity;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a verified token says: the payload's text, which Postgres gets as `request.jwt.claims`, and
/// its tree, which we look things up in.
public record Claims(String json, JsonNode tree) {
  public static Claims of(JsonNode tree) {
    return new Claims(Json.write(tree), tree);
  }

  /// Claims of a caller that has shown nothing but an API key.
  public static Claims ofRole(String role) {
    return of(JsonNode.createObjectNode(Map.of("role", JsonNode.createStringNode(role))));
  }

  /// The same claims with some of them changed.
  public Claims with(Map<String, JsonNode> changes) {
    var all = new LinkedHashMap<String, JsonNode>();
    tree.entries().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    all.putAll(changes);
    return of(JsonNode.createObjectNode(all));
  }

  /// Whether the token lists the organisations its bearer belongs to.
  public boolean knowsOrganizations() {
    var organizations = tree.get("organizations");
    return organizations != null && organizations.isArray();
  }

  /// The entry of one organisation among those of the token.
  Optional<JsonNode> membership(UUID organization) {
    var organizations = tree.get("organizations");
    if (organizations == null || !organizations.isArray()) {
      return Optional.empty();
    }
    for (var each : organizations.values()) {
      var id = each.isObject() ? each.get("id") : null;
      if (id != null && id.isString() && id.getStringValue().equals(organization.toString())) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /// A claim that is text, or nothing.
  public Optional<String> text(String name) {
    return Optional.ofNullable(tree.get(name))
        .filter(JsonNode::isString)
        .map(JsonNode::getStringValue);
  }

  /// A claim that is a whole number, such as `exp`, or null.
  public @Nullable Long number(String name) {
    var node = tree.get(name);
    return node != null && node.isNumber() ? Long.valueOf(node.getLongValue()) : null;
  }
}

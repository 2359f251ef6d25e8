package io.stabbur.identity;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a verified token says: the payload's text, which Postgres gets as `request.jwt.claims`, and
/// its tree, which we look things up in.
public record Claims(String json, JsonNode tree) {
  public static Claims of(JsonNode tree) {
    return new Claims(Json.write(tree), tree);
  }

  /// Claims of a caller that has shown nothing but an API key.
  public static Claims ofRole(String role) {
    return of(JsonNode.createObjectNode(java.util.Map.of("role", JsonNode.createStringNode(role))));
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

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
///
/// @param issuer who made the token
public record Claims(String json, JsonNode tree, TokenCheck.Issuer issuer) {
  public Claims(String json, JsonNode tree) {
    this(json, tree, TokenCheck.Issuer.PROJECT);
  }

  public static Claims of(JsonNode tree) {
    return new Claims(Json.write(tree), tree);
  }

  /// The same claims, of a token that somebody else has made.
  Claims ofTrustedIssuer() {
    return new Claims(json, tree, TokenCheck.Issuer.TRUSTED);
  }

  /// Claims of a caller that has shown nothing but an API key.
  ///
  /// @param role "" where such a caller has none
  public static Claims ofRole(String role) {
    return of(
        JsonNode.createObjectNode(
            role.isEmpty() ? Map.of() : Map.of("role", JsonNode.createStringNode(role))));
  }

  /// The same claims with some of them changed.
  public Claims with(Map<String, JsonNode> changes) {
    var all = new LinkedHashMap<String, JsonNode>();
    tree.entries().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    all.putAll(changes);
    var changed = JsonNode.createObjectNode(all);
    return new Claims(Json.write(changed), changed, issuer);
  }

  /// Whether the token lists the organisations its bearer belongs to.
  public boolean knowsOrganizations() {
    var organizations = tree.get("organizations");
    return organizations != null && organizations.isArray();
  }

  /// The entry of one organisation among those of the token.
  public Optional<JsonNode> membership(UUID organization) {
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

  /// The name of the database role, or nothing where no claim names one. A claim of another type
  /// than text counts as written, as PostgREST reads it: a role of that name does not exist.
  Optional<String> role() {
    return Optional.ofNullable(tree.get("role"))
        .map(node -> node.isString() ? node.getStringValue() : Json.write(node));
  }

  /// A claim that is a UUID, as text, or nothing.
  Optional<String> id(String name) {
    return text(name).filter(Claims::isId);
  }

  private static boolean isId(String text) {
    try {
      return UUID.fromString(text).toString().equalsIgnoreCase(text);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /// Whether the token's session was strengthened by a second factor.
  boolean hasSecondFactor() {
    return text("aal").filter(level -> level.equals("aal2") || level.equals("aal3")).isPresent();
  }

  /// A claim that is a whole number, such as `exp`, or null.
  public @Nullable Long number(String name) {
    var node = tree.get(name);
    return node != null && node.isNumber() ? Long.valueOf(node.getLongValue()) : null;
  }
}

package io.stabbur.operations.probe;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// A synthetic caller, and what tells its rows from those of everybody else.
///
/// @param name in the matrix, such as `org_admin`
/// @param role of the database that the caller acts as
/// @param person the account; empty for a caller without one
/// @param organization empty for a caller without one
/// @param secrets texts that stand in the caller's rows and in nobody else's
record Member(
    String name,
    String role,
    String person,
    String organization,
    JsonNode claims,
    Set<String> secrets) {
  static final Member ANON =
      new Member("anon", "anon", "", "", Json.parse("{\"role\": \"anon\"}"), Set.of());

  /// Somebody with an account who is a member of nothing.
  static Member stranger() {
    var person = UUID.randomUUID().toString();
    return of("no member", person, Map.of());
  }

  /// A member by the claims of their token.
  static Member of(String name, String person, Map<String, JsonNode> claims) {
    var all = new LinkedHashMap<String, JsonNode>();
    all.put("sub", JsonNode.createStringNode(person));
    all.put("role", JsonNode.createStringNode("authenticated"));
    all.put("aud", JsonNode.createStringNode("authenticated"));
    all.put("aal", JsonNode.createStringNode("aal1"));
    all.put("email", JsonNode.createStringNode(person + "@probe.invalid"));
    all.put("session_id", JsonNode.createStringNode(UUID.randomUUID().toString()));
    all.put("is_anonymous", JsonNode.createBooleanNode(false));
    all.putAll(claims);
    var node = JsonNode.createObjectNode(all);
    var organization = organization(node);
    var secrets = new LinkedHashSet<String>();
    secrets.add(text(node, "sub").orElse(person));
    organization.ifPresent(secrets::add);
    return new Member(
        name,
        text(node, "role").orElse("authenticated"),
        text(node, "sub").orElse(person),
        organization.orElse(""),
        node,
        secrets);
  }

  /// The claim that names an organization, under one of its usual names.
  private static Optional<String> organization(JsonNode claims) {
    for (var name : Owners.ORGANIZATION_CLAIMS) {
      var found = text(claims, name).or(() -> nested(claims, name));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> nested(JsonNode claims, String name) {
    return Optional.ofNullable(claims.get("app_metadata")).flatMap(inner -> text(inner, name));
  }

  static Optional<String> text(JsonNode object, String name) {
    return Optional.ofNullable(object.isObject() ? object.get(name) : null)
        .filter(JsonNode::isString)
        .map(JsonNode::getStringValue);
  }

  /// A claim that has the name of a column.
  Optional<String> claim(String column) {
    return text(claims, column).or(() -> nested(claims, column));
  }

  String[] secretTexts() {
    return secrets.toArray(String[]::new);
  }

  /// Has the transaction go on as this caller, as a request of theirs would.
  Statement become() {
    return Statement.of(
        """
        select set_config('search_path', 'public, extensions', true),
          set_config('statement_timeout', '20s', true),
          set_config('request.jwt.claims', ?, true),
          set_config('request.jwt.claim.sub', ?, true),
          set_config('request.jwt.claim.role', ?, true),
          set_config('request.jwt.claim.user_role', ?, true),
          set_config('request.jwt.claim.organization_id', ?, true),
          set_config('role', ?, true)\
        """,
        Json.write(claims),
        person,
        role,
        text(claims, "user_role").orElse(""),
        organization,
        role);
  }
}

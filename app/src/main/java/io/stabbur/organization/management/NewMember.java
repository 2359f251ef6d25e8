package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.organization.OrganizationSchema;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Somebody who is to be a member.
///
/// @param password of a new account, from the platform only; without one the answer holds an
///   invitation link
/// @param fields further fields of the membership, as the schema names them
record NewMember(
    String email, String role, @Nullable String password, Map<String, JsonNode> fields) {

  static NewMember of(OrganizationSchema schema, String body) {
    var input = Input.parse(body, known(schema, "email", "role", "password"));
    var role =
        input
            .role("role", schema)
            .or(schema::defaultRole)
            .orElseThrow(() -> OrganizationError.invalid("role", "is required"));
    return new NewMember(
        input.email("email"), role, input.text("password").orElse(null), fields(schema, input));
  }

  /// The fields of a request that the schema knows beside these.
  static Set<String> known(OrganizationSchema schema, String... own) {
    var known = new LinkedHashSet<>(schema.memberFields());
    known.addAll(Set.of(own));
    return known;
  }

  /// What a request says of the fields that the schema has; those it does not name are absent.
  static Map<String, JsonNode> fields(OrganizationSchema schema, Input input) {
    var fields = new LinkedHashMap<String, JsonNode>();
    for (var name : schema.memberFields()) {
      input.field(name).ifPresent(value -> fields.put(name, value));
    }
    return fields;
  }
}

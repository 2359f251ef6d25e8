package io.stabbur.organization;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// A request's JSON object, each field read with a clear refusal. Unknown fields are refused, so
/// that a misspelt one is not silently ignored.
record Input(JsonNode body) {
  private static final Set<String> ROLES = Set.of("peer_mentor", "coordinator", "org_admin");

  static Input parse(String json, Set<String> known) {
    var body = Json.parse(json);
    if (!body.isObject()) {
      throw new ApiException(new Failure.Malformed("The body must be a JSON object"));
    }
    for (var entry : body.entries()) {
      if (!known.contains(entry.getKey())) {
        throw OrganizationError.invalid(entry.getKey(), "is not a field of this request");
      }
    }
    return new Input(body);
  }

  String required(String field) {
    return text(field).orElseThrow(() -> OrganizationError.invalid(field, "is required"));
  }

  Optional<String> text(String field) {
    var node = body.get(field);
    if (node == null || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isString() || node.getStringValue().isBlank()) {
      throw OrganizationError.invalid(field, "must be text that is not empty");
    }
    return Optional.of(node.getStringValue());
  }

  Optional<UUID> id(String field) {
    return text(field)
        .map(
            text -> {
              try {
                return UUID.fromString(text);
              } catch (IllegalArgumentException _) {
                throw OrganizationError.invalid(field, "must be a UUID");
              }
            });
  }

  String email(String field) {
    var email = required(field).strip();
    int at = email.indexOf('@');
    if (at < 1 || at != email.lastIndexOf('@') || email.indexOf('.', at) < at + 2) {
      throw OrganizationError.invalid(field, "must be an e-mail address");
    }
    return email;
  }

  /// The short name of an organisation, as it may stand in a host name.
  String slug(String field) {
    var slug = required(field);
    if (!slug.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw OrganizationError.invalid(field, "must be at most 63 of a-z, 0-9 and -");
    }
    return slug;
  }

  Optional<String> role(String field) {
    return text(field)
        .map(
            role -> {
              if (!ROLES.contains(role)) {
                throw OrganizationError.invalid(
                    field, "must be peer_mentor, coordinator or org_admin");
              }
              return role;
            });
  }

  Optional<String> status(String field) {
    return text(field)
        .map(
            status -> {
              if (!status.equals("active") && !status.equals("suspended")) {
                throw OrganizationError.invalid(field, "must be active or suspended");
              }
              return status;
            });
  }

  Optional<JsonNode> object(String field) {
    var node = body.get(field);
    if (node == null || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isObject()) {
      throw OrganizationError.invalid(field, "must be an object");
    }
    return Optional.of(node);
  }
}

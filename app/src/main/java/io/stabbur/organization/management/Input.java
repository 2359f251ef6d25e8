package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Uuids;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A request's JSON object, each field read with a clear refusal. Unknown fields are refused, so
/// that a misspelt one is not silently ignored.
record Input(JsonNode body) {
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

  /// A field of the schema's own; an identifier must be one.
  Optional<JsonNode> field(String field) {
    return text(field)
        .map(
            text -> {
              if (field.endsWith("_id")) {
                requireId(field, text);
              }
              return JsonNode.createStringNode(text);
            });
  }

  private static void requireId(String field, String text) {
    if (Uuids.parse(text).isEmpty()) {
      throw OrganizationError.invalid(field, "must be a UUID");
    }
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

  /// A role that the schema has.
  Optional<String> role(String field, OrganizationSchema schema) {
    return text(field)
        .map(
            role -> {
              if (!schema.roles().contains(role)) {
                throw OrganizationError.invalid(field, "must be " + oneOf(schema.roles()));
              }
              return role;
            });
  }

  /// `a, b or c`.
  private static String oneOf(List<String> words) {
    return words.size() == 1
        ? words.getFirst()
        : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
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

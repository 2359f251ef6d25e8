package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// The body of a request to restore an organization.
final class OrganizationRequest {
  private static final Set<String> FIELDS =
      Set.of("backup", "to_time", "to_point", "except", "members", "apply");

  private OrganizationRequest() {}

  static OrganizationRestore.Request parse(UUID organization, String body) {
    var json = Json.parse(body);
    if (!json.isObject()) {
      throw malformed("The body is not a JSON object");
    }
    json.entries()
        .forEach(
            entry -> {
              if (!FIELDS.contains(entry.getKey())) {
                throw malformed("There is no field " + entry.getKey());
              }
            });
    return new OrganizationRestore.Request(
        organization, target(json), except(json), flag(json, "members"), flag(json, "apply"));
  }

  private static boolean flag(JsonNode json, String field) {
    var value = json.get(field);
    if (value != null && !value.isBoolean()) {
      throw malformed(field + " is true or false");
    }
    return value != null && value.getBooleanValue();
  }

  private static RestoreTarget target(JsonNode json) {
    var targets = new ArrayList<RestoreTarget>();
    for (var field : List.of("backup", "to_time", "to_point")) {
      var value = json.get(field);
      if (value != null && !value.isNull()) {
        targets.add(target(field, value));
      }
    }
    if (targets.size() != 1) {
      throw malformed("Give one of backup, to_time and to_point");
    }
    return targets.get(0);
  }

  private static RestoreTarget target(String field, JsonNode value) {
    if (!value.isString()) {
      throw malformed(field + " is not a text");
    }
    var text = value.getStringValue();
    try {
      return switch (field) {
        case "backup" -> new RestoreTarget.Base(text);
        case "to_point" -> new RestoreTarget.Point(text);
        default -> RestoreTarget.Moment.parse(text);
      };
    } catch (DateTimeParseException _) {
      throw malformed("%s is no time; write it as 2026-11-21T14:30:00Z".formatted(text));
    }
  }

  private static Set<String> except(JsonNode json) {
    var tables = new LinkedHashSet<String>();
    var given = json.get("except");
    if (given != null && !given.isNull()) {
      if (!given.isArray()) {
        throw malformed("except is a list of tables");
      }
      for (var table : given.values()) {
        if (!table.isString() || table.getStringValue().indexOf('.') < 1) {
          throw malformed("except names tables with their schema, such as public.members");
        }
        tables.add(table.getStringValue());
      }
    }
    return tables;
  }

  private static ApiException malformed(String message) {
    return new ApiException(new Failure.Malformed(message));
  }
}

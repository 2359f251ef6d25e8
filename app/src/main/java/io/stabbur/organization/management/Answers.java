package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// Reads what functions of the contract answer, and writes what they are told.
final class Answers {
  private Answers() {}

  /// A text; empty where there is none.
  static String text(JsonNode object, String field) {
    var node = object.get(field);
    return node == null || node.isNull() ? "" : node.coerceStringValue();
  }

  static UUID id(JsonNode object, String field) {
    return UUID.fromString(text(object, field));
  }

  /// An object of texts, given as names and values in turn.
  static JsonNode object(String... namesAndValues) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(namesAndValues[i], JsonNode.createStringNode(namesAndValues[i + 1]));
    }
    return JsonNode.createObjectNode(fields);
  }
}

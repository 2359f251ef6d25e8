package io.stabbur.cli.demo;

import io.micronaut.json.tree.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Builds one JSON object, and names things so that they have the same id every time.
final class DemoRow {
  private final LinkedHashMap<String, JsonNode> fields = new LinkedHashMap<>();

  static UUID id(String kind, int number) {
    return UUID.nameUUIDFromBytes(
        ("stabbur demo " + kind + " " + number).getBytes(StandardCharsets.UTF_8));
  }

  /// Spreads numbers over `0 … bound - 1`, the same every time and unlike for each salt.
  static int pick(int number, int salt, int bound) {
    long mixed = (number + 1L) * 0x9E3779B97F4A7C15L + salt * 0xC2B2AE3D27D4EB4FL;
    mixed = (mixed ^ (mixed >>> 31)) * 0xBF58476D1CE4E5B9L;
    return (int) Long.remainderUnsigned(mixed ^ (mixed >>> 29), bound);
  }

  static String pick(int number, int salt, String... choices) {
    return choices[pick(number, salt, choices.length)];
  }

  DemoRow put(String name, @Nullable Object value) {
    fields.put(
        name,
        switch (value) {
          case null -> JsonNode.nullNode();
          case Integer number -> JsonNode.createNumberNode(number);
          case BigDecimal number -> JsonNode.createNumberNode(number);
          case Boolean flag -> JsonNode.createBooleanNode(flag);
          case JsonNode node -> node;
          case Object other -> JsonNode.createStringNode(other.toString());
        });
    return this;
  }

  JsonNode node() {
    return JsonNode.createObjectNode(fields);
  }
}

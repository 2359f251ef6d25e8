package io.stabbur.data.reply;

import io.micronaut.json.tree.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A JSON object under construction; what is null is left out.
final class Tree {
  private final Map<String, JsonNode> fields = new LinkedHashMap<>();

  Tree put(String name, @Nullable String value) {
    if (value != null) {
      fields.put(name, JsonNode.createStringNode(value));
    }
    return this;
  }

  Tree put(String name, boolean value) {
    fields.put(name, JsonNode.createBooleanNode(value));
    return this;
  }

  Tree put(String name, int value) {
    fields.put(name, JsonNode.createNumberNode(value));
    return this;
  }

  Tree put(String name, Tree value) {
    fields.put(name, value.node());
    return this;
  }

  Tree put(String name, @Nullable JsonNode value) {
    if (value != null) {
      fields.put(name, value);
    }
    return this;
  }

  Tree put(String name, List<String> values) {
    fields.put(name, texts(values));
    return this;
  }

  Tree putAll(String name, List<Tree> values) {
    fields.put(name, JsonNode.createArrayNode(nodes(values)));
    return this;
  }

  private static List<JsonNode> nodes(List<Tree> values) {
    var nodes = new ArrayList<JsonNode>();
    values.forEach(v -> nodes.add(v.node()));
    return nodes;
  }

  static JsonNode texts(List<String> values) {
    var nodes = new ArrayList<JsonNode>();
    values.forEach(v -> nodes.add(JsonNode.createStringNode(v)));
    return JsonNode.createArrayNode(nodes);
  }

  JsonNode node() {
    return JsonNode.createObjectNode(fields);
  }
}

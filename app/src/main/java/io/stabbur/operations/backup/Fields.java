package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The fields of a JSON object that a repository keeps.
final class Fields {
  private final LinkedHashMap<String, JsonNode> all = new LinkedHashMap<>();

  Fields put(String name, String value) {
    all.put(name, JsonNode.createStringNode(value));
    return this;
  }

  Fields put(String name, long value) {
    all.put(name, JsonNode.createNumberNode(value));
    return this;
  }

  Fields put(String name, Instant value) {
    return put(name, value.toString());
  }

  Fields put(String name, JsonNode value) {
    all.put(name, value);
    return this;
  }

  <T> Fields put(String name, List<T> values, Function<T, JsonNode> json) {
    return put(name, JsonNode.createArrayNode(values.stream().map(json).toList()));
  }

  JsonNode json() {
    return JsonNode.createObjectNode(all);
  }

  byte[] bytes() {
    return Json.write(json()).getBytes(StandardCharsets.UTF_8);
  }

  /// A field that must be there.
  static JsonNode of(JsonNode object, String name) {
    var node = object.get(name);
    if (node == null) {
      throw new DamagedException("The backup repository says nothing of " + name);
    }
    return node;
  }

  static String text(JsonNode object, String name) {
    return of(object, name).getStringValue();
  }

  static long number(JsonNode object, String name) {
    return of(object, name).getLongValue();
  }

  static Instant instant(JsonNode object, String name) {
    return Instant.parse(text(object, name));
  }

  static <T> List<T> list(JsonNode object, String name, Function<JsonNode, T> read) {
    var list = new ArrayList<T>();
    of(object, name).values().forEach(node -> list.add(read.apply(node)));
    return list;
  }

  static Map<String, Long> numbers(JsonNode object, String name) {
    var numbers = new LinkedHashMap<String, Long>();
    of(object, name)
        .entries()
        .forEach(entry -> numbers.put(entry.getKey(), entry.getValue().getLongValue()));
    return numbers;
  }

  static JsonNode numbers(Map<String, Long> numbers) {
    var fields = new Fields();
    numbers.forEach(fields::put);
    return fields.json();
  }

  static Map<String, String> texts(JsonNode object, String name) {
    var texts = new LinkedHashMap<String, String>();
    of(object, name)
        .entries()
        .forEach(entry -> texts.put(entry.getKey(), entry.getValue().getStringValue()));
    return texts;
  }

  static JsonNode texts(Map<String, String> texts) {
    var fields = new Fields();
    texts.forEach(fields::put);
    return fields.json();
  }
}

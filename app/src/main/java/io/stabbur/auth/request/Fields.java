package io.stabbur.auth.request;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.micronaut.json.tree.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A JSON object being written, field by field, in wire order.
public final class Fields {
  private final Map<String, JsonNode> fields = new LinkedHashMap<>();

  /// Starts with the fields of another object.
  public static Fields of(JsonNode object) {
    var made = new Fields();
    for (var entry : object.entries()) {
      made.fields.put(entry.getKey(), entry.getValue());
    }
    return made;
  }

  @CanIgnoreReturnValue
  public Fields put(String name, JsonNode value) {
    fields.put(name, value);
    return this;
  }

  @CanIgnoreReturnValue
  public Fields put(String name, String value) {
    return put(name, JsonNode.createStringNode(value));
  }

  @CanIgnoreReturnValue
  public Fields put(String name, boolean value) {
    return put(name, JsonNode.createBooleanNode(value));
  }

  @CanIgnoreReturnValue
  public Fields put(String name, long value) {
    return put(name, JsonNode.createNumberNode(value));
  }

  @CanIgnoreReturnValue
  public Fields put(String name, List<String> values) {
    return put(
        name, JsonNode.createArrayNode(values.stream().map(JsonNode::createStringNode).toList()));
  }

  /// Leaves the field out when there is nothing to say.
  @CanIgnoreReturnValue
  public Fields maybe(String name, @Nullable Instant value) {
    return value == null ? this : put(name, value.toString());
  }

  /// Leaves the field out when the text is empty or absent.
  @CanIgnoreReturnValue
  public Fields maybe(String name, @Nullable String value) {
    return value == null || value.isEmpty() ? this : put(name, value);
  }

  @CanIgnoreReturnValue
  public Fields remove(String name) {
    fields.remove(name);
    return this;
  }

  /// Shallow merge; a null value deletes the key.
  @CanIgnoreReturnValue
  public Fields merge(JsonNode other) {
    for (var entry : other.entries()) {
      if (entry.getValue().isNull()) {
        fields.remove(entry.getKey());
      } else {
        fields.put(entry.getKey(), entry.getValue());
      }
    }
    return this;
  }

  public JsonNode node() {
    return JsonNode.createObjectNode(fields);
  }
}

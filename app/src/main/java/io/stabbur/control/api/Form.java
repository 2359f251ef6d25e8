package io.stabbur.control.api;

import io.micronaut.http.HttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.BodyBytes;
import io.stabbur.platform.json.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The JSON object in a request's body, of which every field must be known.
record Form(JsonNode object) {
  private static final int LARGEST = 64 * 1024;

  static Form of(HttpRequest<?> request, String... fields) {
    var bytes = BodyBytes.read(request, LARGEST);
    var object = bytes.length == 0 ? JsonNode.createObjectNode(Map.of()) : Json.parse(bytes);
    if (!object.isObject()) {
      throw malformed("The body must be a JSON object");
    }
    var known = Set.of(fields);
    for (var entry : object.entries()) {
      if (!known.contains(entry.getKey())) {
        throw malformed("The body may have " + String.join(", ", fields) + " only");
      }
    }
    return new Form(object);
  }

  /// The text of a field; refused where there is none.
  String text(String field) {
    var text = optional(field);
    if (text == null) {
      throw malformed(field + " is needed");
    }
    return text;
  }

  @Nullable String optional(String field) {
    var node = object.get(field);
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isString()) {
      throw malformed(field + " must be a text");
    }
    return node.getStringValue();
  }

  /// An object of texts; refused where there is none.
  Map<String, String> texts(String field) {
    var texts = new TreeMap<String, String>();
    changes(field).forEach((name, value) -> texts.put(name, value == null ? "" : value));
    return texts;
  }

  /// An object of texts and nulls; empty where there is none.
  Map<String, @Nullable String> changes(String field) {
    var changes = new TreeMap<String, @Nullable String>();
    var node = object.get(field);
    if (node == null || node.isNull()) {
      return changes;
    }
    if (!node.isObject()) {
      throw malformed(field + " must be an object");
    }
    for (var entry : node.entries()) {
      var value = entry.getValue();
      if (!value.isString() && !value.isNull()) {
        throw malformed(field + " must be an object of texts");
      }
      changes.put(entry.getKey(), value.isNull() ? null : value.getStringValue());
    }
    return changes;
  }

  @Nullable Boolean truth(String field) {
    var node = object.get(field);
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isBoolean()) {
      throw malformed(field + " must be true or false");
    }
    return node.getBooleanValue();
  }

  @Nullable Instant time(String field) {
    var text = optional(field);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw malformed(field + " must be a time such as 2027-01-31T00:00:00Z");
    }
  }

  private static ApiException malformed(String reason) {
    return new ApiException(new Failure.Malformed(reason));
  }
}

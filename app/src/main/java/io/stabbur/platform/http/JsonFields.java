package io.stabbur.platform.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A JSON object that is being written. What has no value is left out.
public final class JsonFields {
  private final Map<String, JsonNode> fields = new LinkedHashMap<>();

  public JsonFields put(String name, @Nullable String value) {
    return value == null ? this : put(name, JsonNode.createStringNode(value));
  }

  public JsonFields put(String name, long value) {
    return put(name, JsonNode.createNumberNode(value));
  }

  public JsonFields put(String name, boolean value) {
    return put(name, JsonNode.createBooleanNode(value));
  }

  public JsonFields put(String name, JsonNode value) {
    fields.put(name, value);
    return this;
  }

  public JsonNode json() {
    return JsonNode.createObjectNode(fields);
  }

  /// An array of what becomes of each value.
  public static <T> JsonNode array(List<T> values, Function<T, JsonNode> each) {
    return JsonNode.createArrayNode(values.stream().map(each).toList());
  }

  /// An answer with this body.
  public static HttpResponse<?> answer(JsonNode body) {
    return answer(HttpStatus.OK, body);
  }

  public static HttpResponse<?> answer(HttpStatus status, JsonNode body) {
    return HttpResponse.status(status)
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(Json.write(body));
  }
}

package io.stabbur.auth.request;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a client sent. A field that is absent or null reads as nothing; one of the wrong kind is
/// `bad_json`, as is a body that is no JSON object.
public record JsonBody(JsonNode json) {
  private static final int MOST_BYTES = 1 << 20;
  private static final JsonNode EMPTY = JsonNode.createObjectNode(java.util.Map.of());

  public static JsonBody parse(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length == 0) {
      throw bad("the body is empty");
    }
    if (bytes.length > MOST_BYTES) {
      throw new ApiException(new Failure.TooLarge(MOST_BYTES));
    }
    JsonNode node;
    try {
      node = Json.parse(bytes);
    } catch (ApiException _) {
      throw bad("it is not JSON");
    }
    if (!node.isObject()) {
      throw bad("it is not an object");
    }
    // what Postgres makes of it, which is what tokens carry
    if (Json.writtenNumbers(node).sum() > MOST_BYTES) {
      throw new ApiException(new Failure.TooLarge(MOST_BYTES));
    }
    return new JsonBody(node);
  }

  /// For calls whose body may be left out.
  public static JsonBody parseOrEmpty(byte @Nullable [] bytes) {
    return bytes == null || bytes.length == 0 ? new JsonBody(EMPTY) : parse(bytes);
  }

  /// The text, or "" when there is none.
  public String text(String name) {
    var value = field(name);
    if (value == null) {
      return "";
    }
    if (!value.isString()) {
      throw bad(name + " is not text");
    }
    return value.getStringValue();
  }

  public Optional<String> maybeText(String name) {
    return field(name) == null ? Optional.empty() : Optional.of(text(name));
  }

  public boolean flag(String name, boolean otherwise) {
    var value = field(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw bad(name + " is neither true nor false");
    }
    return value.getBooleanValue();
  }

  /// The object, or an empty one.
  public JsonNode object(String name) {
    var value = field(name);
    if (value == null) {
      return EMPTY;
    }
    if (!value.isObject()) {
      throw bad(name + " is not an object");
    }
    return value;
  }

  public JsonBody inner(String name) {
    return new JsonBody(object(name));
  }

  public List<String> texts(String name) {
    var value = field(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw bad(name + " is not a list");
    }
    var texts = new java.util.ArrayList<String>();
    for (var entry : value.values()) {
      texts.add(Json.scalar(entry).orElseThrow(() -> bad(name + " is not a list of texts")));
    }
    return texts;
  }

  public boolean has(String name) {
    return field(name) != null;
  }

  private @Nullable JsonNode field(String name) {
    var value = json.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private static ApiException bad(String why) {
    return AuthError.badRequest(AuthCode.BAD_JSON, "Could not parse request body as JSON: " + why);
  }
}

package io.stabbur.data.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.stabbur.data.error.DataError;
import io.stabbur.data.request.Payload.Shape;
import io.stabbur.platform.error.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Parses bodies: JSON, CSV, forms, and raw text or octets for functions.
final class PayloadParser {
  private static final JsonFactory JSON = new JsonFactory();

  private PayloadParser() {}

  /// The body of a write to a relation.
  static Payload rows(byte[] body, Media type, @Nullable List<String> columns) {
    return switch (type) {
      case Media.Known known ->
          switch (known) {
            case JSON -> json(body, columns);
            case CSV -> json(CsvRows.toJson(text(body)), null);
            case FORM -> json(formObject(body), null);
            case GEO_JSON, TEXT, XML, OPEN_API, OCTETS, ANY -> throw notAcceptable(type);
          };
      case Media.ObjectJson _, Media.StrippedArray _, Media.Plan _, Media.Other _ ->
          throw notAcceptable(type);
    };
  }

  /// The body of a function call.
  static Payload arguments(byte[] body, Media type, @Nullable List<String> columns) {
    return switch (type) {
      case Media.Known known ->
          switch (known) {
            case JSON ->
                body.length == 0 && columns == null
                    ? new Payload.Json("", List.of(), Shape.OBJECT)
                    : json(body, columns);
            case CSV -> json(CsvRows.toJson(text(body)), null);
            case FORM -> new Payload.Form(form(body));
            case TEXT, XML, OCTETS -> new Payload.Raw(body);
            case GEO_JSON, OPEN_API, ANY -> throw notAcceptable(type);
          };
      case Media.ObjectJson _, Media.StrippedArray _, Media.Plan _, Media.Other _ ->
          throw notAcceptable(type);
    };
  }

  private static ApiException notAcceptable(Media type) {
    return new DataError.InvalidBody("Content-Type not acceptable: " + type.mime()).exception();
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static Payload json(byte[] body, @Nullable List<String> columns) {
    if (columns != null) {
      return new Payload.Json(text(body), columns, shape(body));
    }
    try (var in = JSON.createParser(body)) {
      return parsed(body, in);
    } catch (JsonProcessingException _) {
      throw new DataError.InvalidBody("Empty or invalid json").exception();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// With `columns` the body is not parsed here; whether it is an object shows in its first
  /// character.
  private static Shape shape(byte[] body) {
    for (var b : body) {
      if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
        return b == '{' ? Shape.OBJECT : Shape.ARRAY;
      }
    }
    return Shape.ARRAY;
  }

  private static Payload parsed(byte[] body, JsonParser in) throws IOException {
    var payload =
        switch (in.nextToken()) {
          case START_OBJECT -> new Payload.Json(text(body), keys(in), Shape.OBJECT);
          case START_ARRAY -> array(body, in);
          case null -> throw new DataError.InvalidBody("Empty or invalid json").exception();
          default -> Payload.Json.NO_ROWS;
        };
    if (in.nextToken() != null) {
      throw new DataError.InvalidBody("Empty or invalid json").exception();
    }
    return payload;
  }

  private static Payload array(byte[] body, JsonParser in) throws IOException {
    if (in.nextToken() == JsonToken.END_ARRAY) {
      return Payload.Json.NO_ROWS;
    }
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw keysDiffer(in);
    }
    var keys = keys(in);
    var known = new HashSet<>(keys);
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() != JsonToken.START_OBJECT || !hasKeys(in, known)) {
        throw keysDiffer(in);
      }
    }
    return new Payload.Json(text(body), keys, Shape.ARRAY);
  }

  /// Broken JSON further on is the graver fault, so the rest is read before the keys are complained
  /// about.
  private static ApiException keysDiffer(JsonParser in) throws IOException {
    while (in.nextToken() != null) {
      // only to the end
    }
    return new DataError.InvalidBody("All object keys must match").exception();
  }

  private static List<String> keys(JsonParser in) throws IOException {
    var keys = new TreeSet<String>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      keys.add(in.currentName());
      in.nextToken();
      in.skipChildren();
    }
    return List.copyOf(keys);
  }

  private static boolean hasKeys(JsonParser in, Set<String> known) throws IOException {
    var found = new HashSet<String>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      found.add(in.currentName());
      in.nextToken();
      in.skipChildren();
    }
    return found.equals(known);
  }

  private static List<Map.Entry<String, String>> form(byte[] body) {
    var arguments = new ArrayList<Map.Entry<String, String>>();
    for (var pair : Pairs.parse(text(body)).all()) {
      arguments.add(Map.entry(pair.key(), pair.value() == null ? "" : pair.value()));
    }
    return arguments;
  }

  private static byte[] formObject(byte[] body) {
    var object = new java.util.TreeMap<String, String>();
    form(body).forEach(pair -> object.put(pair.getKey(), pair.getValue()));
    return FlatJson.object(object).getBytes(StandardCharsets.UTF_8);
  }
}

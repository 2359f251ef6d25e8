package io.stabbur.storage;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/// Request bodies and small answers. A body is a stream that reads from the socket as it is read
/// itself.
public final class RequestBody {
  private static final int LARGEST_JSON = 2 << 20;

  private RequestBody() {}

  /// The body as it arrives; a client that goes away is [StorageError.BodyCutShort].
  public static InputStream stream(HttpRequest<?> request) {
    return new FromClient(((ServerHttpRequest<?>) request).byteBody().toInputStream());
  }

  /// Gives up the rest of a body.
  public static void discard(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      throw new ApiException(new StorageError.BodyCutShort());
    }
  }

  /// The announced length, if there is one.
  public static OptionalLong length(HttpRequest<?> request) {
    return request.getHeaders().contentLength();
  }

  /// What the body wishes, as JSON; an empty one is an empty object.
  public static <T> T withJson(HttpRequest<?> request, Function<JsonNode, T> read) {
    return withJson(request, read, wish -> wish);
  }

  /// Reads from the body, as JSON, what is wished, and does it when nothing is left of the body.
  public static <W, T> T withJson(
      HttpRequest<?> request, Function<JsonNode, W> read, Function<W, T> work) {
    requireAtMost(length(request), LARGEST_JSON);
    try (var memory = BodyMemory.of(Caller.of(request).project());
        var in = stream(request)) {
      return work.apply(memory.read(in, LARGEST_JSON, bytes -> read.apply(json(bytes))));
    } catch (IOException e) {
      throw new ApiException(new StorageError.BodyCutShort());
    }
  }

  /// Refuses a body that announces more than it may hold.
  public static void requireAtMost(OptionalLong announced, int most) {
    if (announced.orElse(0) > most) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
  }

  private static JsonNode json(byte[] bytes) {
    JsonShape.check(bytes);
    var node = bytes.length == 0 ? JsonNode.createObjectNode(Map.of()) : Json.parse(bytes);
    if (!node.isObject()) {
      throw new ApiException(new StorageError.InvalidParameter("body must be object"));
    }
    return node;
  }

  /// Refuses a request that shows neither a token nor a key.
  public static void requireAuthorization(HttpRequest<?> request) {
    if (!hasAuthorization(request)) {
      throw new ApiException(new StorageError.MissingAuthorization());
    }
  }

  public static boolean hasAuthorization(HttpRequest<?> request) {
    return request.getHeaders().contains("authorization")
        || request.getHeaders().contains("apikey");
  }

  public static MutableHttpResponse<?> answer(String json) {
    return HttpResponse.ok(json).contentType(MediaType.APPLICATION_JSON_TYPE);
  }

  public static MutableHttpResponse<?> message(String message) {
    return answer(object("message", message));
  }

  /// JSON of names and texts, given in turns.
  public static String object(String... namesAndTexts) {
    var fields = new LinkedHashMap<String, JsonNode>();
    for (int at = 0; at < namesAndTexts.length; at += 2) {
      fields.put(namesAndTexts[at], JsonNode.createStringNode(namesAndTexts[at + 1]));
    }
    return Json.write(JsonNode.createObjectNode(fields));
  }

  private static final class FromClient extends FilterInputStream {
    FromClient(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        throw new ApiException(new StorageError.BodyCutShort());
      }
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      try {
        return in.read(into, at, length);
      } catch (IOException e) {
        throw new ApiException(new StorageError.BodyCutShort());
      }
    }
  }
}

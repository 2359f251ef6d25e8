package io.stabbur.storage.object;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.storage.backend.Written;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a client says of an object it stores.
///
/// @param userMetadata JSON text, or null
public record Facts(
    String mimetype, String cacheControl, @Nullable String robots, @Nullable String userMetadata) {

  /// What policies may test before a byte is stored.
  Jsonb announced(OptionalLong length) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("mimetype", JsonNode.createStringNode(mimetype));
    length.ifPresent(
        bytes -> {
          fields.put("contentLength", JsonNode.createNumberNode(bytes));
          fields.put("size", JsonNode.createNumberNode(bytes));
        });
    return new Jsonb(Json.write(JsonNode.createObjectNode(fields)));
  }

  /// The row's `metadata` once the bytes are stored.
  public Jsonb metadata(Written written) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("eTag", JsonNode.createStringNode(written.etag()));
    fields.put("size", JsonNode.createNumberNode(written.size()));
    fields.put("mimetype", JsonNode.createStringNode(mimetype));
    fields.put("cacheControl", JsonNode.createStringNode(cacheControl));
    fields.put(
        "lastModified",
        JsonNode.createStringNode(
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ".000Z")));
    fields.put("contentLength", JsonNode.createNumberNode(written.size()));
    fields.put("httpStatusCode", JsonNode.createNumberNode(200));
    if (robots != null) {
      fields.put("xRobotsTag", JsonNode.createStringNode(robots));
    }
    return new Jsonb(Json.write(JsonNode.createObjectNode(fields)));
  }

  /// The row's `user_metadata`: an empty object where the client gave none, as in the original.
  Jsonb storedUserJson() {
    return new Jsonb(userMetadata == null ? "{}" : userMetadata);
  }

  @Nullable Jsonb userJson() {
    return userMetadata == null ? null : new Jsonb(userMetadata);
  }
}

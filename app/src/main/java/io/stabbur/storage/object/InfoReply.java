package io.stabbur.storage.object;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// What is known of an object, without its bytes.
final class InfoReply {
  private InfoReply() {}

  static HttpResponse<?> of(HttpRequest<?> request, StoredObject object) {
    var response =
        HttpResponse.ok()
            .contentType(MediaType.APPLICATION_JSON_TYPE)
            .header(HttpHeaders.ETAG, object.etag())
            .header(HttpHeaders.LAST_MODIFIED, Conditions.httpDate(object.lastModified()));
    return request.getMethod() == HttpMethod.HEAD ? response : response.body(json(object));
  }

  private static String json(StoredObject object) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("id", JsonNode.createStringNode(object.id().toString()));
    fields.put("name", JsonNode.createStringNode(object.name()));
    fields.put("version", JsonNode.createStringNode(object.version()));
    fields.put("bucket_id", JsonNode.createStringNode(object.bucket()));
    fields.put("size", JsonNode.createNumberNode(object.size()));
    fields.put("content_type", JsonNode.createStringNode(object.mimetype()));
    fields.put("cache_control", text(object.cacheControl()));
    fields.put("etag", JsonNode.createStringNode(object.etag()));
    fields.put(
        "metadata",
        object.userMetadata() == null
            ? JsonNode.nullNode()
            : Json.parseStored(object.userMetadata()));
    fields.put("last_modified", JsonNode.createStringNode(object.updatedAt()));
    fields.put("created_at", JsonNode.createStringNode(object.createdAt()));
    return Json.write(JsonNode.createObjectNode(fields));
  }

  private static JsonNode text(@Nullable String text) {
    return text == null ? JsonNode.nullNode() : JsonNode.createStringNode(text);
  }
}

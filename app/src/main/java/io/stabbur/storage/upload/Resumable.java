package io.stabbur.storage.upload;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.backend.Part;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.storage.object.Facts;
import io.stabbur.storage.object.Uploads.Clash;
import io.stabbur.storage.object.Uploads.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An upload that is under way.
///
/// @param storeUpload the upload in parts at the store
/// @param length all bytes it is to have, or [#UNKNOWN] until the client tells
/// @param stored bytes that are safe, the tail among them
/// @param tail bytes too few for a part of their own, kept apart until more come
/// @param announced the client's `Upload-Metadata`, word for word
record Resumable(
    UploadId id,
    String storeUpload,
    Clash clash,
    @Nullable String owner,
    long length,
    long stored,
    long tail,
    List<Part> parts,
    Facts facts,
    String announced,
    Instant expires) {
  static final long UNKNOWN = -1;

  boolean isOpenEnded() {
    return length == UNKNOWN;
  }

  /// With the length that was not known before.
  Resumable ending(long at) {
    return new Resumable(
        id, storeUpload, clash, owner, at, stored, tail, parts, facts, announced, expires);
  }

  Target target() {
    return new Target(id.bucket(), id.name(), clash);
  }

  VersionKey key(String tenant) {
    return new VersionKey(tenant, id.bucket(), id.name(), id.version());
  }

  /// Where the tail is kept.
  VersionKey tailKey(String tenant) {
    return new VersionKey(tenant, id.bucket(), id.name(), id.version() + ".tail-" + stored);
  }

  boolean complete() {
    return stored == length;
  }

  /// With one more part, which took the tail in.
  Resumable with(Part part) {
    var more = new ArrayList<>(parts);
    more.add(part);
    return progress(stored - tail + part.size(), 0, more);
  }

  /// With another tail.
  Resumable withTail(long bytes) {
    return progress(stored - tail + bytes, bytes, parts);
  }

  private Resumable progress(long nowStored, long nowTail, List<Part> nowParts) {
    return new Resumable(
        id,
        storeUpload,
        clash,
        owner,
        length,
        nowStored,
        nowTail,
        nowParts,
        facts,
        announced,
        expires);
  }

  static List<Part> parts(JsonNode node) {
    var parts = new ArrayList<Part>();
    for (var each : node.values()) {
      parts.add(
          new Part(
              field(each, "number").getIntValue(),
              field(each, "size").getLongValue(),
              field(each, "etag").getStringValue()));
    }
    return parts;
  }

  private static JsonNode field(JsonNode node, String name) {
    var value = node.get(name);
    if (value == null) {
      throw new IllegalStateException("a recorded part has no " + name);
    }
    return value;
  }

  static String json(List<Part> parts) {
    var nodes = new ArrayList<JsonNode>();
    for (var part : parts) {
      var fields = new LinkedHashMap<String, JsonNode>();
      fields.put("number", JsonNode.createNumberNode(part.number()));
      fields.put("size", JsonNode.createNumberNode(part.size()));
      fields.put("etag", JsonNode.createStringNode(part.etag()));
      nodes.add(JsonNode.createObjectNode(fields));
    }
    return Json.write(JsonNode.createArrayNode(nodes));
  }
}

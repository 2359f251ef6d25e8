package io.stabbur.storage.object;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.backend.VersionKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `storage.objects`, as far as answers need it. Times are text as clients see them.
public record StoredObject(
    UUID id,
    String bucket,
    String name,
    String version,
    @Nullable String ownerId,
    JsonNode metadata,
    @Nullable String userMetadata,
    String createdAt,
    String updatedAt,
    Instant updated) {
  static final String COLUMNS =
      """
      o.id, o.bucket_id, o.name, coalesce(o.version, ''), o.owner_id, coalesce(o.metadata, '{}')::text,
      o.user_metadata::text, stabbur_storage.iso(o.created_at), stabbur_storage.iso(o.updated_at),
      o.updated_at
      """;

  static StoredObject of(ResultSet row) throws SQLException {
    return new StoredObject(
        row.getObject(1, UUID.class),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        Json.parseStored(row.getString(6)),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        row.getTimestamp(10).toInstant());
  }

  public VersionKey key(String tenant) {
    return new VersionKey(tenant, bucket, name, version);
  }

  public long size() {
    var size = metadata.get("size");
    return size != null && size.isNumber() ? size.getLongValue() : 0;
  }

  public String mimetype() {
    var type = text("mimetype");
    return type == null ? "application/octet-stream" : type;
  }

  public String etag() {
    var etag = text("eTag");
    return etag == null ? "" : etag;
  }

  public @Nullable String cacheControl() {
    return text("cacheControl");
  }

  public @Nullable String robots() {
    return text("xRobotsTag");
  }

  /// When the bytes were written, to the second.
  public Instant lastModified() {
    var text = text("lastModified");
    try {
      return text == null ? updated : Instant.parse(text);
    } catch (java.time.format.DateTimeParseException e) {
      return updated;
    }
  }

  private @Nullable String text(String name) {
    var node = metadata.get(name);
    return node != null && node.isString() ? node.getStringValue() : null;
  }
}

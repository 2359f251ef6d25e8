package io.stabbur.storage.browse;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.storage.bucket.Bucket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A bucket.
///
/// @param sizeLimit most bytes of a file; absent where the server's limit holds
/// @param types media types that are taken; empty for all
public record BucketLine(
    String id, boolean isPublic, @Nullable Long sizeLimit, List<String> types) {
  public BucketLine {
    types = List.copyOf(types);
  }

  static BucketLine of(Bucket bucket) {
    var limit = bucket.sizeLimit();
    return new BucketLine(
        bucket.id(), bucket.isPublic(), limit == null || limit == 0 ? null : limit, bucket.types());
  }

  /// One of a list of the API.
  static BucketLine of(JsonNode row) {
    var limit = row.get("file_size_limit");
    var types = new ArrayList<String>();
    var given = row.get("allowed_mime_types");
    if (given != null && given.isArray()) {
      given.values().forEach(type -> types.add(type.coerceStringValue()));
    }
    long most = limit != null && limit.isNumber() ? limit.getLongValue() : 0;
    return new BucketLine(
        FileLine.text(row, "id"),
        FileLine.text(row, "public").equals("true"),
        most > 0 ? most : null,
        types);
  }
}

package io.stabbur.storage.bucket;

import io.micronaut.http.HttpParameters;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.Names;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.bucket.BucketRows.BucketQuery;
import io.stabbur.storage.bucket.BucketRows.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads what clients ask of buckets.
final class BucketRequest {
  private static final Set<String> COLUMNS = Set.of("id", "name", "created_at", "updated_at");

  private BucketRequest() {}

  /// A bucket to be made.
  record Creation(String id, String name, Wish columns) {}

  static Creation creation(JsonNode body) {
    var name = body.get("name");
    if (name == null || !name.isString()) {
      throw invalid("body must have required property 'name'");
    }
    var id = body.get("id");
    var type = body.get("type");
    if (type != null && type.isString() && !type.getStringValue().equals("STANDARD")) {
      throw new ApiException(new StorageError.FeatureNotEnabled(type.getStringValue()));
    }
    return new Creation(
        Names.newBucket(id != null && id.isString() ? id.getStringValue() : name.getStringValue()),
        Names.newBucket(name.getStringValue()),
        wish(body));
  }

  static Wish change(JsonNode body) {
    var wish = wish(body);
    if (wish.isPublic() == null && !wish.limitGiven() && !wish.typesGiven()) {
      throw invalid("body must NOT have fewer than 1 properties");
    }
    return wish;
  }

  private static Wish wish(JsonNode body) {
    var isPublic = body.get("public");
    var limit = body.get("file_size_limit");
    var types = body.get("allowed_mime_types");
    return new Wish(flag(isPublic), limit != null, ByteSize.of(limit), types != null, types(types));
  }

  private static @Nullable Boolean flag(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isBoolean()) {
      throw invalid("body/public must be boolean");
    }
    return node.getBooleanValue();
  }

  private static @Nullable List<String> types(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isArray()) {
      throw invalid("body/allowed_mime_types must be array");
    }
    var types = new ArrayList<String>();
    for (var each : node.values()) {
      if (!each.isString() || !each.getStringValue().matches("[^/\\s]+/[^/\\s]+.*")) {
        throw new ApiException(new StorageError.InvalidMimeType(each.coerceStringValue()));
      }
      types.add(each.getStringValue());
    }
    return types;
  }

  static BucketQuery query(HttpParameters parameters) {
    var limit = number(parameters, "limit");
    var offset = number(parameters, "offset");
    if (limit != null && limit < 1) {
      throw invalid("querystring/limit must be >= 1");
    }
    if (offset != null && offset < 0) {
      throw invalid("querystring/offset must be >= 0");
    }
    var column = parameters.get("sortColumn", String.class).orElse("name");
    var order = parameters.get("sortOrder", String.class).orElse("asc");
    if (!COLUMNS.contains(column) || !Set.of("asc", "desc").contains(order)) {
      throw invalid("querystring/sortColumn must be equal to one of the allowed values");
    }
    return new BucketQuery(
        limit,
        offset == null ? 0 : offset,
        column,
        order.equals("desc"),
        parameters.get("search", String.class).orElse(""));
  }

  private static @Nullable Long number(HttpParameters parameters, String name) {
    var text = parameters.get(name, String.class).orElse(null);
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw invalid("querystring/" + name + " must be integer");
    }
  }

  private static ApiException invalid(String message) {
    return new ApiException(new StorageError.InvalidParameter(message));
  }
}

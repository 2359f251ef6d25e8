package io.stabbur.storage.bucket;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpParameters;
import io.micronaut.http.HttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.Coerced;
import io.stabbur.storage.Names;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.bucket.BucketRows.BucketChange;
import io.stabbur.storage.bucket.BucketRows.BucketQuery;
import io.stabbur.storage.bucket.BucketRows.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what clients ask of buckets.
final class BucketRequest {
  private static final Set<String> COLUMNS = Set.of("id", "name", "created_at", "updated_at");

  private static final Pattern STORAGE3 =
      Pattern.compile("(?i)supabase-py/storage3 v(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");
  private static final Pattern PYTHON =
      Pattern.compile("(?i)supabase-py/(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");
  private static final String STANDARD = "STANDARD";

  private BucketRequest() {}

  /// A bucket to be made.
  record Creation(String id, String name, BucketChange columns) {}

  static Creation creation(JsonNode body) {
    var name = body.get("name");
    if (Coerced.isAbsent(name)) {
      throw invalid("body must have required property 'name'");
    }
    var text = text(body, "name", "");
    var type = text(body, "type", STANDARD);
    if (!type.equals(STANDARD)) {
      throw new ApiException(new StorageError.FeatureNotEnabled(type));
    }
    return new Creation(
        Names.newBucket(text(body, "id", text)), Names.newBucket(text), columns(body));
  }

  private static String text(JsonNode body, String name, String otherwise) {
    var node = body.get(name);
    return node == null || node.isNull()
        ? otherwise
        : Coerced.text(node).orElseThrow(() -> invalid("body/" + name + " must be string"));
  }

  static BucketChange change(JsonNode body) {
    var change = columns(body);
    if (change.isPublic() == null && !change.limitGiven() && !change.typesGiven()) {
      throw invalid("body must NOT have fewer than 1 properties");
    }
    return change;
  }

  private static BucketChange columns(JsonNode body) {
    var isPublic = body.get("public");
    var limit = body.get("file_size_limit");
    var types = body.get("allowed_mime_types");
    return new BucketChange(
        flag(isPublic), limit != null, ByteSize.of(limit), types != null, types(types));
  }

  private static @Nullable Boolean flag(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    return Coerced.flag(node).orElseThrow(() -> invalid("body/public must be boolean"));
  }

  private static @Nullable List<String> types(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    var values =
        Coerced.list(node).orElseThrow(() -> invalid("body/allowed_mime_types must be array"));
    var types = new ArrayList<String>();
    for (var each : values) {
      if (!each.isString() || !each.getStringValue().matches("[^/\\s]+/[^/\\s]+.*")) {
        throw new ApiException(
            new StorageError.InvalidMimeType(Coerced.text(each).orElse("a list or object")));
      }
      types.add(each.getStringValue());
    }
    return types;
  }

  /// Older clients in Python fail on a field they do not know: storage3 before 0.12.1, which is
  /// supabase-py before 2.18.0.
  static Fields fields(HttpRequest<?> request) {
    var agent = String.valueOf(request.getHeaders().get(HttpHeaders.USER_AGENT));
    var storage3 = STORAGE3.matcher(agent);
    var python = PYTHON.matcher(agent);
    boolean isOld =
        (storage3.find() && isBefore(storage3, 0, 12, 1))
            || (python.find() && isBefore(python, 2, 18, 0));
    return isOld ? Fields.WITHOUT_TYPE : Fields.ALL;
  }

  private static boolean isBefore(Matcher version, int... other) {
    for (int i = 0; i < other.length; i++) {
      int part = Integer.parseInt(version.group(i + 1));
      if (part != other[i]) {
        return part < other[i];
      }
    }
    return false;
  }

  static BucketQuery query(HttpRequest<?> request) {
    var parameters = request.getParameters();
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
        parameters.get("search", String.class).orElse(""),
        fields(request));
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

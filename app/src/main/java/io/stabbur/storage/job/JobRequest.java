package io.stabbur.storage.job;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.storage.StorageError;
import java.util.UUID;

/// What a client asks to be done with every object below a prefix.
sealed interface JobRequest {
  /// As long as a key can be.
  int LONGEST = 1024;

  String bucket();

  String prefix();

  /// Removes them.
  record Delete(String bucket, String prefix) implements JobRequest {}

  /// Gives them another prefix, perhaps in another bucket.
  record Move(String bucket, String prefix, String toBucket, String toPrefix)
      implements JobRequest {
    String target(String name) {
      return toPrefix + name.substring(prefix.length());
    }
  }

  static JobRequest read(JsonNode body) {
    var bucket = text(body, "bucketId");
    var prefix = text(body, "prefix");
    return switch (text(body, "kind")) {
      case "delete" -> new Delete(bucket, prefix);
      case "move" -> move(body, bucket, prefix);
      default -> throw invalid("body/kind must be equal to one of the allowed values");
    };
  }

  private static JobRequest move(JsonNode body, String bucket, String prefix) {
    var toBucket = body.get("destinationBucket") == null ? bucket : text(body, "destinationBucket");
    var toPrefix = text(body, "destinationPrefix");
    if (bucket.equals(toBucket) && (toPrefix.startsWith(prefix) || prefix.startsWith(toPrefix))) {
      throw invalid("body/destinationPrefix and body/prefix must not overlap");
    }
    return new Move(bucket, prefix, toBucket, toPrefix);
  }

  static UUID id(String text) {
    return Uuids.parse(text).orElseThrow(() -> new ApiException(new StorageError.NoSuchJob(text)));
  }

  /// A prefix is never empty: a slip must not take a whole bucket.
  private static String text(JsonNode body, String name) {
    var node = body.get(name);
    if (node == null || !node.isString() || node.getStringValue().isEmpty()) {
      throw invalid("body/" + name + " must be a string that is not empty");
    }
    if (node.getStringValue().length() > LONGEST) {
      throw invalid("body/" + name + " must not be longer than " + LONGEST + " characters");
    }
    return node.getStringValue();
  }

  private static ApiException invalid(String message) {
    return new ApiException(new StorageError.InvalidParameter(message));
  }
}

package io.stabbur.storage.job;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.job.Job.Wish;
import java.util.UUID;

/// Reads what clients ask of jobs.
final class JobRequest {
  /// As long as a key can be.
  private static final int LONGEST = 1024;

  private JobRequest() {}

  static Wish wish(JsonNode body) {
    var bucket = text(body, "bucketId");
    var prefix = text(body, "prefix");
    return switch (text(body, "kind")) {
      case "delete" -> new Wish.Delete(bucket, prefix);
      case "move" -> move(body, bucket, prefix);
      default -> throw invalid("body/kind must be equal to one of the allowed values");
    };
  }

  private static Wish move(JsonNode body, String bucket, String prefix) {
    var toBucket = body.get("destinationBucket") == null ? bucket : text(body, "destinationBucket");
    var toPrefix = text(body, "destinationPrefix");
    if (bucket.equals(toBucket) && (toPrefix.startsWith(prefix) || prefix.startsWith(toPrefix))) {
      throw invalid("body/destinationPrefix and body/prefix must not overlap");
    }
    return new Wish.Move(bucket, prefix, toBucket, toPrefix);
  }

  static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new ApiException(new StorageError.NoSuchJob(text));
    }
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

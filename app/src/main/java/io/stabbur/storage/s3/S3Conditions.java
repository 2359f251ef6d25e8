package io.stabbur.storage.s3;

import io.micronaut.http.HttpHeaders;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageErrors;
import io.stabbur.storage.bucket.BucketRows;
import io.stabbur.storage.object.Conditions;
import io.stabbur.storage.object.ObjectRows;
import io.stabbur.storage.object.StoredObject;
import io.stabbur.storage.object.Uploads.Clash;
import io.stabbur.storage.object.Uploads.Target;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/// Conditions of writes, which hold when the row is written: `If-None-Match: *` stores only where
/// nothing is, `If-Match` replaces only the object with that entity tag.
@Singleton
final class S3Conditions {
  private static final String TAKEN = "KeyAlreadyExists";

  private final ObjectRows rows;
  private final BucketRows buckets;

  S3Conditions(ObjectRows rows, BucketRows buckets) {
    this.rows = rows;
    this.buckets = buckets;
  }

  /// Where an upload goes, and what it may replace.
  Target target(S3Request request) {
    var clash = clash(request);
    var match = request.header(HttpHeaders.IF_MATCH);
    return new Target(
        request.bucket(),
        request.key(),
        clash,
        match == null ? null : expected(request, match).version());
  }

  private StoredObject expected(S3Request request, String match) {
    buckets.require(request.project(), request.bucket());
    var object =
        rows.asCaller(request.operation("object.get"), request.bucket(), request.key())
            .orElseThrow(() -> new ApiException(new StorageError.NoSuchKey(request.key())));
    if (!Conditions.lists(match, object.etag())) {
      throw new ApiException(new StorageError.PreconditionFailed());
    }
    return object;
  }

  /// Whether what is stored under the name is replaced.
  static Clash clash(S3Request request) {
    var noneMatch = request.header(HttpHeaders.IF_NONE_MATCH);
    if (noneMatch == null) {
      return Clash.REPLACE;
    }
    if (!noneMatch.strip().equals("*")) {
      throw notImplemented("If-None-Match of a write takes * only");
    }
    return Clash.REFUSE;
  }

  /// Refuses a condition that the operation could only check before it writes.
  static void refuseMatch(S3Request request) {
    if (request.header(HttpHeaders.IF_MATCH) != null) {
      throw notImplemented("If-Match is implemented for uploads only");
    }
  }

  /// Runs a write; a taken name is a condition that does not hold.
  static <T> T holding(S3Request request, Supplier<T> write) {
    try {
      return write.get();
    } catch (ApiException e) {
      boolean isTaken = StorageErrors.told(e.error()).code().equals(TAKEN);
      throw isTaken && clash(request) == Clash.REFUSE
          ? new ApiException(new StorageError.PreconditionFailed())
          : e;
    }
  }

  private static ApiException notImplemented(String message) {
    return new ApiException(new StorageError.Protocol(501, "NotImplemented", message));
  }
}

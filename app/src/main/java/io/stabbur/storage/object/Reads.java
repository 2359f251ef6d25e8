package io.stabbur.storage.object;

import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.bucket.Bucket;
import io.stabbur.storage.bucket.BucketRows;
import jakarta.inject.Singleton;

/// Finds the row a read is about, as the one who asks.
///
/// A read that finds nothing is refused by the path alone: 403 where the policies would not let the
/// caller see a row there, 404 where they would. So the answer tells nobody whether a hidden object
/// exists.
@Singleton
public final class Reads {
  private final BucketRows buckets;
  private final ObjectRows rows;
  private final StorageSettings settings;

  Reads(BucketRows buckets, ObjectRows rows, StorageSettings settings) {
    this.buckets = buckets;
    this.rows = rows;
    this.settings = settings;
  }

  /// For callers who have shown who they are; a public bucket asks no policies.
  public StoredObject asCaller(Operation operation, String bucket, String name) {
    var found = buckets.require(operation.project(), bucket);
    return found.isPublic()
        ? asKeeper(operation.project(), bucket, name)
        : asPolicies(operation, bucket, name);
  }

  /// By the policies alone, even in a public bucket.
  public StoredObject asPolicies(Operation operation, String bucket, String name) {
    return rows.asCaller(operation, bucket, name)
        .orElseThrow(() -> refusal(operation, bucket, name));
  }

  /// For anybody who may have shown nothing: without a token only public buckets are there.
  public StoredObject open(Operation operation, String bucket, String name) {
    if (!operation.caller().authenticated() && operation.caller().role().equals(Caller.ANON)) {
      var found = buckets.find(operation.project(), bucket);
      if (found.isEmpty() || !found.get().isPublic()) {
        return anonymous(operation, bucket, name);
      }
    }
    return asCaller(operation, bucket, name);
  }

  /// A caller without a token is `anon`, for whom there may be policies too.
  private StoredObject anonymous(Operation operation, String bucket, String name) {
    return rows.asCaller(operation, bucket, name)
        .orElseThrow(() -> new ApiException(new StorageError.NoSuchBucket(bucket)));
  }

  /// In a public bucket, for anybody.
  public StoredObject asPublic(Project project, String bucket, String name) {
    var found = buckets.require(project, bucket);
    if (!found.isPublic()) {
      throw new ApiException(new StorageError.NoSuchBucket(bucket));
    }
    return asKeeper(project, bucket, name);
  }

  /// For the bearer of a token that names the object.
  public StoredObject asKeeper(Project project, String bucket, String name) {
    return rows.asKeeper(project, bucket, name)
        .orElseThrow(() -> new ApiException(new StorageError.NoSuchKey(name)));
  }

  private ApiException refusal(Operation operation, String bucket, String name) {
    if (settings.refusals() == StorageSettings.Refusals.HIDDEN || !rows.policiesBind(operation)) {
      return new ApiException(new StorageError.NoSuchKey(name));
    }
    if (rows.canSelect(operation, bucket, name)) {
      return new ApiException(new StorageError.NotFoundButVisible(name));
    }
    boolean isPlain =
        buckets.find(operation.project(), bucket).filter(Bucket::plainRefusals).isPresent();
    return operation.lookingRefused(name, bucket, isPlain);
  }
}

package io.stabbur.storage.object;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.storage.backend.Written;
import io.stabbur.storage.bucket.BucketRows;
import io.stabbur.storage.object.Uploads.Clash;
import io.stabbur.storage.object.Uploads.Proof;
import io.stabbur.storage.object.Uploads.Target;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Moves, copies and removes objects. Bytes are copied first and removed last; the row changes
/// once, in between.
@Singleton
public final class Changes {
  private static final int BATCH = 1000;
  private final BucketRows buckets;
  private final ObjectRows rows;
  private final Reads reads;
  private final Uploads uploads;
  private final Backends backends;
  private final StorageSettings settings;

  Changes(
      BucketRows buckets,
      ObjectRows rows,
      Reads reads,
      Uploads uploads,
      Backends backends,
      StorageSettings settings) {
    this.buckets = buckets;
    this.rows = rows;
    this.reads = reads;
    this.uploads = uploads;
    this.backends = backends;
    this.settings = settings;
  }

  /// From where to where.
  public record Journey(String bucket, String name, String toBucket, String toName) {}

  public StoredObject move(Operation operation, Journey journey) {
    var project = operation.project();
    buckets.require(project, journey.bucket());
    var from = reads.asPolicies(operation, journey.bucket(), journey.name());
    var target = new Target(journey.toBucket(), journey.toName(), Clash.REFUSE);
    var bucket = uploads.check(project, target, from.mimetype(), OptionalLong.of(from.size()));
    if (!rows.tryMove(
        operation, journey.bucket(), journey.name(), journey.toBucket(), journey.toName())) {
      throw operation.refused(
          "new row violates row-level security policy", "UPDATE", journey.bucket());
    }
    var to = uploads.newVersion(project, bucket, journey.toName());
    rows.scheduleRemoval(project, to, settings.abandonedAfter());
    try {
      copyBytes(operation, from, to);
      uploads.inspect(project, to, new Written(from.size(), from.etag()), from.mimetype());
      return rows.commitMove(project, from, to, operation.owner());
    } catch (RuntimeException e) {
      rows.cancelRemoval(project, to);
      throw e;
    }
  }

  private void copyBytes(Operation operation, StoredObject from, VersionKey to) {
    try {
      backends.of(operation.project()).copy(from.key(operation.project().name()), to, from.size());
    } catch (Backend.Missing e) {
      throw new ApiException(new StorageError.NoSuchKey(from.name()));
    }
  }

  /// What a copy takes over from its source, and what it is given instead.
  ///
  /// @param cacheControl null keeps the source's
  /// @param mimetype null keeps the source's
  /// @param userMetadata JSON text that replaces the source's; null with `keep` takes it over
  public record CopyWish(
      Clash clash,
      boolean keep,
      @Nullable String cacheControl,
      @Nullable String mimetype,
      @Nullable String userMetadata) {}

  public StoredObject copy(Operation operation, Journey journey, CopyWish wish) {
    buckets.require(operation.project(), journey.bucket());
    // wire: the policies are asked for a public bucket too, as the original does
    var source = reads.asPolicies(operation, journey.bucket(), journey.name());
    var facts =
        new Facts(
            wish.mimetype() == null ? source.mimetype() : wish.mimetype(),
            orElse(wish.cacheControl(), orElse(source.cacheControl(), "no-cache")),
            source.robots(),
            wish.keep() ? source.userMetadata() : wish.userMetadata());
    var length = OptionalLong.of(source.size());
    var admission =
        uploads.admit(
            operation,
            new Target(journey.toBucket(), journey.toName(), wish.clash()),
            facts,
            length,
            Proof.POLICIES);
    return uploads.settle(
        admission,
        facts,
        () -> {
          copyBytes(operation, source, admission.key());
          return new Written(source.size(), source.etag());
        });
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  /// Removes one object; hidden and missing ones are refused as reads are.
  public void delete(Operation operation, String bucket, String name) {
    buckets.require(operation.project(), bucket);
    if (rows.delete(operation, bucket, List.of(name)).isEmpty()) {
      throw deletionRefused(operation, bucket, name);
    }
  }

  /// A row that is seen and not removed lacks a DELETE policy.
  private ApiException deletionRefused(Operation operation, String bucket, String name) {
    try {
      reads.asPolicies(operation, bucket, name);
    } catch (ApiException e) {
      return e;
    }
    return operation.refused("Access denied", "DELETE", bucket);
  }

  /// Removes what may be removed of the names, in batches that each are whole; answers those rows.
  public List<String> deleteAll(Operation operation, String bucket, List<String> names) {
    buckets.require(operation.project(), bucket);
    var gone = new ArrayList<String>();
    for (int from = 0; from < names.size(); from += BATCH) {
      var batch = names.subList(from, Math.min(from + BATCH, names.size()));
      gone.addAll(rows.delete(operation, bucket, batch));
    }
    return gone;
  }

  /// The row's JSON with what older clients expect beside it.
  static String copied(StoredObject object) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("Id", text(object.id().toString()));
    fields.put("Key", text(object.bucket() + '/' + object.name()));
    fields.put("id", text(object.id().toString()));
    fields.put("bucket_id", text(object.bucket()));
    fields.put("name", text(object.name()));
    fields.put("version", text(object.version()));
    fields.put("owner_id", object.ownerId() == null ? JsonNode.nullNode() : text(object.ownerId()));
    fields.put("created_at", text(object.createdAt()));
    fields.put("updated_at", text(object.updatedAt()));
    fields.put("metadata", object.metadata());
    fields.put(
        "user_metadata",
        object.userMetadata() == null
            ? JsonNode.nullNode()
            : Json.parseStored(object.userMetadata()));
    return Json.write(JsonNode.createObjectNode(fields));
  }

  private static JsonNode text(String text) {
    return JsonNode.createStringNode(text);
  }
}

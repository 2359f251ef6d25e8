package io.stabbur.storage.object;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectSettings;
import io.stabbur.storage.Names;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.Tagging;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.storage.backend.Written;
import io.stabbur.storage.bucket.Bucket;
import io.stabbur.storage.bucket.BucketRows;
import io.stabbur.storage.inspect.Inspector;
import io.stabbur.storage.inspect.TypeCheck;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Stores objects. The order is always the same: policies are asked as the caller, the bytes are
/// noted, streamed to a key nobody reads, and the row that makes them live is committed last.
/// Whatever fails on the way leaves a note, and the sweep removes what it names.
@Singleton
public final class Uploads {
  private final BucketRows buckets;
  private final ObjectRows rows;
  private final Backends backends;
  private final Names names;
  private final Inspector inspector;
  private final StorageSettings settings;
  private final StorageQuota quota;

  Uploads(
      BucketRows buckets,
      ObjectRows rows,
      Backends backends,
      Names names,
      Inspector inspector,
      StorageSettings settings,
      StorageQuota quota) {
    this.quota = quota;
    this.buckets = buckets;
    this.rows = rows;
    this.backends = backends;
    this.names = names;
    this.inspector = inspector;
    this.settings = settings;
  }

  /// Where an object goes and whether it may replace one.
  ///
  /// @param expected the version it replaces and no other, or null for whichever there is
  public record Target(String bucket, String name, Clash clash, @Nullable String expected) {
    public Target(String bucket, String name, Clash clash) {
      this(bucket, name, clash, null);
    }

    public boolean upsert() {
      return clash == Clash.REPLACE;
    }
  }

  /// What happens when the name is taken.
  public enum Clash {
    REFUSE,
    REPLACE;

    public static Clash of(boolean upsert) {
      return upsert ? REPLACE : REFUSE;
    }
  }

  /// Who answers for an upload: the policies, or a token that was made when they agreed.
  public enum Proof {
    POLICIES,
    TOKEN
  }

  /// An upload that may go ahead.
  ///
  /// @param limit most bytes it may have
  public record Admission(
      Project project, VersionKey key, Target target, @Nullable String owner, long limit) {}

  /// Asks everything that can be asked before the first byte. Who is refused by policies does not
  /// learn how full the project is.
  public Admission admit(
      Operation operation, Target target, Facts facts, OptionalLong length, Proof proof) {
    var admission = allow(operation, target, facts, length, proof);
    quota.requireRoom(operation.project(), length.orElse(1));
    return admission;
  }

  /// The same for what stores no bytes, such as looking at an upload or giving it up: it needs no
  /// room.
  public Admission allow(
      Operation operation, Target target, Facts facts, OptionalLong length, Proof proof) {
    var bucket = check(operation.project(), target, facts.mimetype(), length);
    if (proof == Proof.POLICIES) {
      rows.tryUpload(
          operation,
          target.bucket(),
          target.name(),
          facts.announced(length),
          facts.userJson(),
          target.upsert());
    }
    return admission(operation, target, operation.owner(), bucket);
  }

  private Admission admission(
      Operation operation, Target target, @Nullable String owner, Bucket bucket) {
    return new Admission(
        operation.project(),
        newVersion(operation.project(), bucket, target.name()),
        target,
        owner,
        limit(operation.project(), bucket, target));
  }

  private long limit(Project project, Bucket bucket, Target target) {
    return bucket.limitFor(
        target.name(),
        ProjectSettings.least(settings.fileSizeLimit(), project.settings().fileSizeLimit()));
  }

  /// A key for a new version of an object, encrypted as its bucket and the settings ask.
  VersionKey newVersion(Project project, Bucket bucket, String name) {
    var encryption = settings.encryptionFor(bucket.encryption());
    return new VersionKey(project.name(), bucket.id(), name, encryption.newVersion());
  }

  /// The bucket of an upload, if its name, type and announced length are within the bucket's
  /// limits.
  public Bucket check(Project project, Target target, String mimetype, OptionalLong length) {
    names.key(target.name());
    var bucket = buckets.require(project, target.bucket());
    bucket.checkType(target.name(), mimetype);
    if (length.isPresent() && length.getAsLong() > limit(project, bucket, target)) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
    return bucket;
  }

  /// Refuses an upload that comes bit by bit where there is no room for it beside others.
  ///
  /// @param others what those that are under way are to have
  public void requireRoom(Project project, OptionalLong length, long others) {
    quota.requireRoom(project, Math.addExact(length.orElse(1), others));
  }

  /// Most bytes an object may have where an upload goes.
  public long limit(Project project, Target target) {
    return limit(project, buckets.require(project, target.bucket()), target);
  }

  /// Streams the bytes and commits the row.
  public StoredObject store(
      Admission admission, Facts facts, InputStream bytes, OptionalLong length, Tagging tagging) {
    var metered = new Metered(bytes, admission.limit(), length);
    var body =
        buckets.require(admission.project(), admission.target().bucket()).checkTypes()
            ? TypeCheck.checked(metered, facts.mimetype())
            : metered;
    return settle(
        admission,
        facts,
        () ->
            backends
                .of(admission.project())
                .write(admission.key(), body, length, facts.mimetype(), tagging));
  }

  /// How bytes come under a key.
  public interface Delivery {
    Written deliver();
  }

  /// Notes the bytes, has them delivered, and commits the row; a failure leaves the bytes to the
  /// sweep.
  public StoredObject settle(Admission admission, Facts facts, Delivery delivery) {
    rows.scheduleRemoval(admission.project(), admission.key(), settings.abandonedAfter());
    try {
      var written = delivery.deliver();
      inspect(admission.project(), admission.key(), written, facts.mimetype());
      quota.take(admission.project(), written.size());
      return rows.commit(
          admission.project(),
          admission.key(),
          admission.owner(),
          facts.metadata(written),
          facts.storedUserJson(),
          admission.target());
    } catch (RuntimeException e) {
      drop(admission, e);
      throw e;
    }
  }

  /// Whether an upload was refused for what its bytes are, which no further attempt changes.
  public static boolean isFinal(ApiException e) {
    return e.error() instanceof StorageError.OtherType
        || e.error() instanceof StorageError.Infected
        || e.error() instanceof StorageError.QuotaExceeded;
  }

  /// Looks at delivered bytes as their bucket and the settings ask.
  void inspect(Project project, VersionKey key, Written written, String mimetype) {
    if (buckets.require(project, key.bucket()).checkTypes()) {
      inspector.requireType(project, key, written, mimetype);
    }
    inspector.requireClean(project, key, written);
  }

  private void drop(Admission admission, RuntimeException reason) {
    try {
      rows.cancelRemoval(admission.project(), admission.key());
    } catch (ApiException e) {
      // the note stays as it was made, and the sweep comes later
      reason.addSuppressed(e);
    }
  }

  /// Makes bytes live that were noted and delivered before.
  public StoredObject finish(Admission admission, Jsonb metadata, @Nullable Jsonb userMetadata) {
    return rows.commit(
        admission.project(),
        admission.key(),
        admission.owner(),
        metadata,
        userMetadata,
        admission.target());
  }
}

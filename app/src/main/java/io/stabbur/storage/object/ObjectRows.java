package io.stabbur.storage.object;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageErrors;
import io.stabbur.storage.backend.VersionKey;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rows of `storage.objects`. What runs as the caller is decided by policies; what runs as the
/// keeper was decided before.
@Singleton
public final class ObjectRows {
  private static final String SELECT =
      "select "
          + StoredObject.COLUMNS
          + " from storage.objects o where o.bucket_id = ? and o.name = ?";

  /// The row, if the caller may see it.
  public Optional<StoredObject> asCaller(Operation operation, String bucket, String name) {
    return one(operation.api(), operation, bucket, name);
  }

  /// The row, whoever may see it.
  public Optional<StoredObject> asKeeper(Project project, String bucket, String name) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.READ,
            Statement.of(SELECT, bucket, name),
            rows ->
                rows.next() ? Optional.of(StoredObject.of(rows)) : Optional.<StoredObject>empty());
  }

  private static Optional<StoredObject> one(
      Database database, Operation operation, String bucket, String name) {
    return database.exchange(
        operation.actor(),
        Access.READ,
        Statement.of(SELECT, bucket, name),
        rows -> rows.next() ? Optional.of(StoredObject.of(rows)) : Optional.<StoredObject>empty());
  }

  /// Whether the caller would see a row of theirs at that path.
  boolean canSelect(Operation operation, String bucket, String name) {
    return operation
        .api()
        .exchange(
            operation.actor(),
            Access.READ,
            Statement.of("select stabbur_storage.may_look(?, ?)", bucket, name),
            rows -> rows.next() && rows.getBoolean(1));
  }

  /// Whether policies bind the caller's role at all.
  boolean policiesBind(Operation operation) {
    return !operation.caller().isService();
  }

  /// Asks the policies whether the caller may store this; nothing stays behind.
  void tryUpload(
      Operation operation,
      String bucket,
      String name,
      Jsonb metadata,
      @Nullable Jsonb userMetadata,
      boolean upsert) {
    var question =
        Statement.of(
            "select stabbur_storage.try_upload(?, ?, ?, ?, ?::jsonb, ?)",
            bucket,
            name,
            operation.owner(),
            metadata,
            userMetadata,
            upsert);
    try {
      asking(operation, upsert ? "INSERT, SELECT and UPDATE" : "INSERT", bucket, question);
    } catch (ApiException e) {
      throw e.error() instanceof Failure.Database database && database.sqlState().equals("23505")
          ? new ApiException(new StorageError.KeyAlreadyExists(name))
          : e;
    }
  }

  /// Asks the policies whether the caller may move this; nothing stays behind.
  boolean tryMove(Operation operation, String bucket, String name, String toBucket, String toName) {
    return asking(
        operation,
        "UPDATE",
        toBucket,
        Statement.of(
            "select stabbur_storage.try_move(?, ?, ?, ?, ?)",
            bucket,
            name,
            toBucket,
            toName,
            operation.owner()));
  }

  /// Runs a question to the policies as the caller; a refusal says what would have been needed.
  /// Undone whole, it leaves nothing that the disk must be waited for.
  private static boolean asking(
      Operation operation, String policies, String bucket, Statement question) {
    try {
      return operation
          .api()
          .exchange(
              operation.actor(),
              Access.WRITE,
              new Batch(List.of(question), null, Batch.Ending.ROLLBACK),
              results -> results.read(rows -> rows.next() && rows.getBoolean(1)));
    } catch (ApiException e) {
      throw e.error() instanceof Failure.Database database && database.sqlState().equals("42501")
          ? operation.refused(StorageErrors.refusal(database), policies, bucket)
          : e;
    }
  }

  /// Notes that bytes will be written which no row owns yet; until the row is committed, whoever
  /// sweeps after `life` removes them.
  public void scheduleRemoval(Project project, VersionKey key, Duration life) {
    project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.WRITE,
            Statement.of(
                """
                insert into stabbur_storage.byte_removals (bucket_id, name, version, due_at)
                values (?, ?, ?, ?)
                on conflict (bucket_id, name, version) do update set due_at = excluded.due_at
                returning version
                """,
                key.bucket(),
                key.name(),
                key.version(),
                Instant.now().plus(life)),
            rows -> rows.next());
  }

  /// The bytes of all objects. A size that is no number, which somebody wrote into a row, counts
  /// nothing.
  long storedBytes(Project project) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.READ,
            Statement.of(
                """
                select least(coalesce(sum(case when metadata ->> 'size' ~ '^[0-9]{1,18}$'
                  then (metadata ->> 'size')::bigint end), 0), 4611686018427387904)::bigint
                from storage.objects
                """),
            row -> row.next() ? row.getLong(1) : 0L);
  }

  /// Bytes whose row will not come: the next sweep removes them.
  public void cancelRemoval(Project project, VersionKey key) {
    project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.WRITE,
            Statement.of(
                """
                update stabbur_storage.byte_removals set due_at = now()
                where bucket_id = ? and name = ? and version = ? returning version
                """,
                key.bucket(),
                key.name(),
                key.version()),
            rows -> rows.next());
  }

  /// Makes the version live: the row is written and the note of its bytes is struck in one
  /// transaction, or neither.
  StoredObject commit(
      Project project,
      VersionKey key,
      @Nullable String owner,
      Jsonb metadata,
      @Nullable Jsonb userMetadata,
      Uploads.Target target) {
    var expected = target.expected();
    return committed(
        project,
        expected == null
            ? upload(key, owner, metadata, userMetadata, target.upsert())
            : Statement.of(
                "select "
                    + StoredObject.COLUMNS
                    + " from stabbur_storage.commit_replacement(?, ?, ?, ?, ?, ?, ?::jsonb) o",
                key.bucket(),
                key.name(),
                expected,
                key.version(),
                owner,
                metadata,
                userMetadata),
        key);
  }

  private static Statement upload(
      VersionKey key,
      @Nullable String owner,
      Jsonb metadata,
      @Nullable Jsonb userMetadata,
      boolean upsert) {
    return Statement.of(
        "select "
            + StoredObject.COLUMNS
            + " from stabbur_storage.commit_upload(?, ?, ?, ?, ?, ?::jsonb, ?) o",
        key.bucket(),
        key.name(),
        key.version(),
        owner,
        metadata,
        userMetadata,
        upsert);
  }

  /// Gives a moved object its new place and version.
  StoredObject commitMove(
      Project project, StoredObject from, VersionKey to, @Nullable String owner) {
    return committed(
        project,
        Statement.of(
            "select "
                + StoredObject.COLUMNS
                + " from stabbur_storage.commit_move(?, ?, ?, ?, ?, ?, ?) o",
            from.bucket(),
            from.name(),
            from.version(),
            to.bucket(),
            to.name(),
            to.version(),
            owner),
        to);
  }

  private static StoredObject committed(Project project, Statement statement, VersionKey key) {
    try {
      return project
          .admin()
          .exchange(
              Operation.keeper(project),
              Access.WRITE,
              statement,
              rows ->
                  rows.next() ? Optional.of(StoredObject.of(rows)) : Optional.<StoredObject>empty())
          .orElseThrow(() -> new ApiException(new StorageError.NoSuchUpload(key.version())));
    } catch (ApiException e) {
      throw e.error() instanceof Failure.Database database ? refused(database, key) : e;
    }
  }

  private static ApiException refused(Failure.Database error, VersionKey key) {
    return new ApiException(
        switch (error.sqlState()) {
          case "ST404" -> new StorageError.NoSuchKey(key.name());
          case "ST412" -> new StorageError.PreconditionFailed();
          case "ST410" -> new StorageError.NoSuchUpload(key.version());
          case "ST409", "23505" -> new StorageError.KeyAlreadyExists(key.name());
          case "23503" -> new StorageError.NoSuchBucket(key.bucket());
          default -> error;
        });
  }

  /// An object that is stored in clear, and how its bucket's rules want it.
  record Clear(StoredObject object, Encryption rule) {}

  /// Which objects in clear are looked for.
  enum Wanted {
    IN_BUCKETS_THAT_ASK,
    EVERYWHERE
  }

  /// Some of the objects that are stored in clear and may be stored anew, in the order of their
  /// ids.
  ///
  /// @param wanted in which buckets
  List<Clear> clear(Project project, Wanted wanted, UUID after, int most) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.READ,
            Statement.of(
                "select "
                    + StoredObject.COLUMNS
                    + """
                    , coalesce(r.encrypt, 'off') from storage.objects o
                    left join stabbur_storage.bucket_rules r on r.bucket_id = o.bucket_id
                    where o.id > ? and o.version not like 'enc-%' and r.legal_hold is not true
                      and (r.encrypt is not null or ?)
                    order by o.id limit ?
                    """,
                after,
                wanted == Wanted.EVERYWHERE,
                most),
            rows -> {
              var clear = new ArrayList<Clear>();
              while (rows.next()) {
                clear.add(
                    new Clear(
                        StoredObject.of(rows), Encryption.parse(rows.getString(11)).orElseThrow()));
              }
              return clear;
            });
  }

  /// Removes rows as the caller; answers those that were really removed, as JSON.
  List<String> delete(Operation operation, String bucket, List<String> names) {
    return operation
        .api()
        .exchange(
            operation.actor(),
            Access.WRITE,
            Statement.of(
                "delete from storage.objects o where o.bucket_id = ? and o.name = any (?) returning"
                    + " "
                    + ObjectJson.ROW,
                bucket,
                names.toArray(String[]::new)),
            rows -> {
              var gone = new ArrayList<String>();
              while (rows.next()) {
                gone.add(rows.getString(1));
              }
              return gone;
            });
  }

  /// Which of the names the caller may see.
  public List<String> visible(Operation operation, String bucket, List<String> names) {
    return operation
        .api()
        .exchange(
            operation.actor(),
            Access.READ,
            Statement.of(
                "select name from storage.objects where bucket_id = ? and name = any (?)",
                bucket,
                names.toArray(String[]::new)),
            rows -> {
              var seen = new ArrayList<String>();
              while (rows.next()) {
                seen.add(rows.getString(1));
              }
              return seen;
            });
  }
}

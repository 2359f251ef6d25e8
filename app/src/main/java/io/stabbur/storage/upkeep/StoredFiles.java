package io.stabbur.storage.upkeep;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.StoreSettings;
import io.stabbur.storage.backend.ApplianceStore;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.FolderBackend;
import io.stabbur.storage.backend.S3Backend;
import io.stabbur.storage.backend.Span;
import io.stabbur.storage.backend.Tagging;
import io.stabbur.storage.backend.VersionKey;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads and writes the bytes of objects below encryption, for backups.
@Singleton
public final class StoredFiles implements ProjectFiles {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int ROWS_AT_ONCE = 1000;

  /// A replaced version has left its row, and is named by the note about its bytes.
  private static final String VERSIONS =
      """
      select bucket_id, name, version from storage.objects
      where version is not null and (?::timestamptz is null or greatest(created_at, updated_at) >= ?::timestamptz)
      union
      select bucket_id, name, version from stabbur_storage.byte_removals
      """;

  private static final String OWNED =
      "select bucket_id, name, version from storage.objects where version is not null";

  /// Stands for a bucket, in the versions of the appliance's own files; no bucket has such a name.
  private static final String APPLIANCE = "/appliance";

  /// The key `functions/hello/0f5c…` is version `0f5c…` of `functions/hello`. Of tables alone: a
  /// superuser's session reads no views that a project's owner could have made.
  private static final String APPLIANCE_FILES =
      """
      select '/appliance', regexp_replace(key, '/[^/]*$', ''), regexp_replace(key, '^.*/', '')
      from (
        select f.key, v.created_at
        from stabbur.function_versions v cross join lateral (values (v.bundle_key), (v.cache_key)) as f (key)
        union all
        select key, due_at from stabbur.function_file_removals where not ?
      ) files (key, created_at)
      where ?::timestamptz is null or created_at >= ?::timestamptz\
      """;

  /// Older backups are of a database without them.
  private static final Statement HAS_APPLIANCE_FILES =
      Statement.of("select to_regclass('stabbur.function_file_removals') is not null");

  @Override
  public void versions(Transaction tx, @Nullable Instant since, Consumer<Version> visitor) {
    var from = since == null ? null : since.atOffset(ZoneOffset.UTC);
    visit(tx, Statement.of(VERSIONS, from, from), visitor);
    if (hasApplianceFiles(tx)) {
      visit(tx, Statement.of(APPLIANCE_FILES, false, from, from), visitor);
    }
  }

  @Override
  public void owned(Transaction tx, Consumer<Version> visitor) {
    visit(tx, Statement.of(OWNED), visitor);
    if (hasApplianceFiles(tx)) {
      visit(tx, Statement.of(APPLIANCE_FILES, true, null, null), visitor);
    }
  }

  @Override
  public boolean isOwned(Transaction tx, Version version) {
    return version.bucket().equals(APPLIANCE)
        ? isTrue(
            tx,
            Statement.of(
                "select exists (select from stabbur.function_versions where ? in (bundle_key,"
                    + " cache_key))",
                version.name() + '/' + version.version()))
        : isTrue(
            tx,
            Statement.of(
                "select exists (select from storage.objects where bucket_id = ? and name = ? and"
                    + " version = ?)",
                version.bucket(),
                version.name(),
                version.version()));
  }

  private static boolean hasApplianceFiles(Transaction tx) {
    return isTrue(tx, HAS_APPLIANCE_FILES);
  }

  private static boolean isTrue(Transaction tx, Statement question) {
    return tx.first(question, row -> row.getBoolean(1)).orElse(false);
  }

  private static void visit(Transaction tx, Statement statement, Consumer<Version> visitor) {
    tx.scan(
        statement,
        ROWS_AT_ONCE,
        rows -> {
          while (rows.next()) {
            visitor.accept(new Version(rows.getString(1), rows.getString(2), rows.getString(3)));
          }
          return true;
        });
  }

  @Override
  public Store open(StoreSettings store, String project) {
    return switch (store) {
      case StoreSettings.Folder folder -> new Files(new FolderBackend(folder.root()), project);
      case StoreSettings.S3 bucket -> new Files(new S3Backend(bucket, TIMEOUT), project);
    };
  }

  /// The versions of one tenant.
  private record Files(Backend backend, String tenant) implements Store {
    @Override
    public Optional<InputStream> read(Version version) {
      try {
        return Optional.of(backend.read(key(version), Span.whole(Long.MAX_VALUE)));
      } catch (Backend.Missing e) {
        return Optional.empty();
      }
    }

    @Override
    public void write(Version version, InputStream bytes) {
      var _ =
          backend.write(
              key(version), bytes, OptionalLong.empty(), "application/octet-stream", Tagging.NONE);
    }

    private VersionKey key(Version version) {
      return version.bucket().equals(APPLIANCE)
          ? ApplianceStore.key(tenant, version.name() + '/' + version.version())
          : new VersionKey(tenant, version.bucket(), version.name(), version.version());
    }

    @Override
    public void close() {
      backend.close();
    }
  }
}

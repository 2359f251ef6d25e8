package io.stabbur.storage.upkeep;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.VersionKey;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Compares rows and bytes. Bytes are looked at first and rows after, so what is written meanwhile
/// is never taken for lost; bytes that are on their way, or wait for their removal, belong to a
/// note. Bytes whose note ended meanwhile have been removed, and are no orphans.
@Singleton
public final class StorageCheck {
  private static final String KEYLESS =
      """
      select o.bucket_id, o.name, o.version from storage.objects o
      where o.version like 'enc-%' and not exists (
        select from stabbur_storage.object_keys k where k.version = o.version)
      """;
  private final Backends backends;

  StorageCheck(Backends backends) {
    this.backends = backends;
  }

  /// What does not belong together.
  ///
  /// @param lost objects whose row names bytes that are not there, or that no key opens any more
  /// @param orphans bytes that neither a row nor a note owns
  public record Report(long objects, List<VersionKey> lost, List<VersionKey> orphans) {}

  public Report check(Project project) {
    var bytes = new HashSet<VersionKey>();
    backends.of(project).each(project.name(), bytes::add);
    var rows =
        keys(
            project,
            "select bucket_id, name, version from storage.objects where version is not null");
    var keyless = keys(project, KEYLESS);
    var noted = keys(project, "select bucket_id, name, version from stabbur_storage.byte_removals");
    var lost =
        rows.stream()
            .filter(
                key ->
                    keyless.contains(key)
                        || (!bytes.contains(key) && !backends.of(project).exists(key)))
            .toList();
    var orphans =
        bytes.stream()
            .filter(key -> !rows.contains(key) && !noted.contains(key))
            .filter(backends.of(project)::exists)
            .toList();
    return new Report(rows.size(), lost, orphans);
  }

  /// Notes orphaned bytes for their removal; the sweep removes them unless a row has come to own
  /// them. Lost bytes cannot be brought back, and their rows are kept for whoever has a backup.
  public void repair(Project project, Report report) {
    for (var key : report.orphans()) {
      project
          .admin()
          .exchange(
              Operation.keeper(project),
              Access.WRITE,
              Statement.of(
                  """
                  with note as (
                    insert into stabbur_storage.byte_removals (bucket_id, name, version)
                    values (?, ?, ?) on conflict do nothing returning 1)
                  select count(*) from note
                  """,
                  key.bucket(),
                  key.name(),
                  key.version()),
              rows -> rows.next());
    }
  }

  private static Set<VersionKey> keys(Project project, String sql) {
    return new HashSet<>(
        project
            .admin()
            .exchange(
                Operation.keeper(project),
                Access.READ,
                Statement.of(sql),
                rows -> {
                  var keys = new ArrayList<VersionKey>();
                  while (rows.next()) {
                    keys.add(
                        new VersionKey(
                            project.name(),
                            rows.getString(1),
                            rows.getString(2),
                            rows.getString(3)));
                  }
                  return keys;
                }));
  }
}

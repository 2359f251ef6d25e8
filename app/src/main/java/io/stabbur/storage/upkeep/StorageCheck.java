package io.stabbur.storage.upkeep;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.VersionKey;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Compares rows and bytes. Bytes are looked at first and rows after, so what is written meanwhile
/// is never taken for lost; bytes that are on their way, or wait for their removal, belong to a
/// note. Rows and notes are read in one statement, because a version goes from one to the other in
/// one transaction. What ended meanwhile is asked for again: bytes that are gone are no orphans,
/// and an object whose row is gone is not lost.
@Singleton
public final class StorageCheck {
  private static final String OWNED =
      """
      select o.bucket_id, o.name, o.version,
        case when o.version like 'enc-%' and not exists (
          select from stabbur_storage.object_keys k where k.version = o.version)
        then 'keyless' else 'row' end
      from storage.objects o where o.version is not null
      union all
      select bucket_id, name, version, 'note' from stabbur_storage.byte_removals
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
    var owned = owned(project);
    var rows = owned.rows().keySet();
    var unreadable =
        rows.stream()
            .filter(
                key ->
                    !owned.hasKey(key)
                        || (!bytes.contains(key) && !backends.of(project).exists(key)))
            .toList();
    var orphans =
        bytes.stream()
            .filter(key -> !rows.contains(key) && !owned.notes().contains(key))
            .filter(backends.of(project)::exists)
            .toList();
    return new Report(rows.size(), stillThere(project, unreadable), orphans);
  }

  private static List<VersionKey> stillThere(Project project, List<VersionKey> unreadable) {
    if (unreadable.isEmpty()) {
      return unreadable;
    }
    var rows = owned(project).rows().keySet();
    return unreadable.stream().filter(rows::contains).toList();
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

  /// The versions of a moment.
  ///
  /// @param rows of objects, and whether a key opens them
  /// @param notes of bytes that are on their way or wait for their removal
  private record Owned(Map<VersionKey, Boolean> rows, Set<VersionKey> notes) {
    boolean hasKey(VersionKey key) {
      return rows.getOrDefault(key, false);
    }
  }

  private static Owned owned(Project project) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.READ,
            Statement.of(OWNED),
            found -> {
              var owned = new Owned(new HashMap<>(), new HashSet<>());
              while (found.next()) {
                var key =
                    new VersionKey(
                        project.name(), found.getString(1), found.getString(2), found.getString(3));
                switch (String.valueOf(found.getString(4))) {
                  case "note" -> owned.notes().add(key);
                  case String kind -> owned.rows().put(key, kind.equals("row"));
                }
              }
              return owned;
            });
  }
}

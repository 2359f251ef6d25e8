package io.stabbur.storage.upkeep;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.Sweep;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.VersionKey;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes bytes that no row owns: replaced and removed versions at once, those of unfinished
/// uploads when they expire. Any number of processes may sweep the same project.
@Singleton
public final class Sweeper implements RoomChores {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final int BATCH = 500;
  private final Backends backends;
  private final List<Sweep> sweeps;
  private final StorageSettings settings;

  Sweeper(Backends backends, List<Sweep> sweeps, StorageSettings settings) {
    this.backends = backends;
    this.sweeps = sweeps;
    this.settings = settings;
  }

  /// One chore for the bytes and one for each [Sweep]; none in a project without our schema.
  @Override
  public List<Chore> chores(Project project) {
    if (!project.settings().prepare()) {
      return List.of();
    }
    var chores = new ArrayList<Chore>();
    chores.add(Chore.every(settings.sweepEvery(), "storage-bytes", () -> sweep(project)));
    for (var each : sweeps) {
      chores.add(
          Chore.every(settings.sweepEvery(), "storage-" + each.name(), () -> each.sweep(project)));
    }
    return chores;
  }

  /// Removes everything that is due; answers how many versions that were.
  public int sweep(Project project) {
    int removed = 0;
    for (int batch = BATCH; batch == BATCH; removed += batch) {
      batch = sweepBatch(project);
    }
    return removed;
  }

  private record Due(VersionKey key, boolean owned) {}

  /// The notes stay locked while their bytes are removed, so that nobody can commit a row for them.
  private int sweepBatch(Project project) {
    return project
        .admin()
        .transaction(
            Operation.keeper(project),
            Access.WRITE,
            tx -> {
              var due =
                  tx.list(
                      Statement.of(
                          """
                          select r.bucket_id, r.name, r.version, exists (
                            select 1 from storage.objects o where o.bucket_id = r.bucket_id
                            and o.name = r.name and o.version = r.version)
                          from stabbur_storage.byte_removals r
                          where r.due_at <= (select stabbur_storage.removals_due())
                          order by r.due_at limit ? for update of r skip locked
                          """,
                          BATCH),
                      row ->
                          new Due(
                              new VersionKey(
                                  project.name(),
                                  row.getString(1),
                                  row.getString(2),
                                  row.getString(3)),
                              row.getBoolean(4)));
              if (due.isEmpty()) {
                return 0;
              }
              tx.update(remove(project, due) ? deletePending(due) : postpone(due));
              return due.size();
            });
  }

  private boolean remove(Project project, List<Due> due) {
    var orphans = due.stream().filter(d -> !d.owned()).map(Due::key).toList();
    try {
      backends.of(project).delete(orphans);
      return true;
    } catch (ApiException e) {
      LOG.warn("{} versions could not be removed and are tried again", orphans.size());
      return false;
    }
  }

  /// The note ends, and with the bytes the key they were encrypted with.
  private static Statement deletePending(List<Due> due) {
    return keyed(
        """
        with struck as (
          delete from stabbur_storage.byte_removals r
          using unnest(?::text[], ?::text[], ?::text[]) k (b, n, v)
          where r.bucket_id = k.b and r.name = k.n and r.version = k.v returning r.*)
        delete from stabbur_storage.object_keys k using struck s where k.version = s.version
          and not exists (select from storage.objects o where o.bucket_id = s.bucket_id
            and o.name = s.name and o.version = s.version)
        """,
        due);
  }

  private static Statement postpone(List<Due> due) {
    return keyed(
        """
        update stabbur_storage.byte_removals r set attempts = attempts + 1,
          due_at = now() + least(power(2, least(attempts, 12)) * interval '5 seconds', interval '1 hour')
        from unnest(?::text[], ?::text[], ?::text[]) k (b, n, v)
        where r.bucket_id = k.b and r.name = k.n and r.version = k.v
        """,
        due);
  }

  private static Statement keyed(String sql, List<Due> due) {
    var buckets = new ArrayList<String>();
    var names = new ArrayList<String>();
    var versions = new ArrayList<String>();
    for (var each : due) {
      buckets.add(each.key().bucket());
      names.add(each.key().name());
      versions.add(each.key().version());
    }
    return Statement.of(
        sql,
        buckets.toArray(String[]::new),
        names.toArray(String[]::new),
        versions.toArray(String[]::new));
  }
}

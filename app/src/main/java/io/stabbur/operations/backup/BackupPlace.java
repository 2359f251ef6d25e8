package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.project.StoreSettings;
import java.time.Instant;

/// Where the backups of one project are: base backups and log of its own cluster, and beside them
/// dumps of a database that somebody else runs. A project that moved from one to the other has
/// both, each with its own catalog.
///
/// @param prefix what the names of the project's objects begin with
public record BackupPlace(StoreSettings store, String prefix, RepositoryKey key) {
  /// Of base backups and the log.
  Repository clusters() {
    return Repository.in(store, prefix, key);
  }

  Repository dumps() {
    return Repository.in(store, prefix + "dumps/", key);
  }

  /// The one of both that leads to a target: the one that has a named backup, or the newer one for
  /// the newest state. A moment or a named point is in the log, where there is one.
  ///
  /// @throws io.stabbur.operations.backup.repository.DamagedException when one is sealed with
  ///   another key, or damaged
  public Repository leadingTo(RestoreTarget target) {
    var cluster = Catalog.read(clusters());
    var dump = Catalog.read(dumps());
    if (dump.isEmpty()) {
      return clusters();
    }
    if (cluster.isEmpty()) {
      return dumps();
    }
    boolean isDump =
        switch (target) {
          case RestoreTarget.Base(var id) -> dump.get().byId(id).isPresent();
          case RestoreTarget.Latest _ -> end(dump.get()).isAfter(clusterEnd(cluster.get()));
          case RestoreTarget.Moment _, RestoreTarget.Point _ -> false;
        };
    return isDump ? dumps() : clusters();
  }

  private static Instant end(Catalog catalog) {
    return catalog.newest().map(Backup::endedAt).orElse(Instant.MIN);
  }

  private Instant clusterEnd(Catalog catalog) {
    var shipped = LogState.read(clusters()).map(LogState::at).orElse(Instant.MIN);
    var end = end(catalog);
    return end.isAfter(shipped) ? end : shipped;
  }
}

package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// A base backup and what the repository has of the log after it.
final class LogChain {
  private final Repository repository;
  private final Backup base;
  private final RestoreTarget target;

  private LogChain(Repository repository, Backup base, RestoreTarget target) {
    this.repository = repository;
    this.base = base;
    this.target = target;
  }

  /// The base backup that a target needs.
  ///
  /// @throws DamagedException when no backup leads there
  static LogChain of(Repository repository, Catalog catalog, RestoreTarget target) {
    var base =
        switch (target) {
          case RestoreTarget.Latest _ -> catalog.newest();
          case RestoreTarget.Base(var id) -> catalog.byId(id);
          case RestoreTarget.Moment _, RestoreTarget.Point _ ->
              throw new DamagedException("The log is not shipped");
        };
    return new LogChain(
        repository,
        base.orElseThrow(() -> new DamagedException("There is no backup for " + target)),
        target);
  }

  Backup base() {
    return base;
  }

  RestoreTarget target() {
    return target;
  }

  /// Whether the log is known to reach the target though no commit after it says so.
  boolean coversTarget() {
    return false;
  }

  /// Every file that the repository holds for the base backup and the log after it, by path.
  Map<String, FileEntry> files() throws IOException {
    return FileIndex.read(repository, base.object("files"));
  }

  /// Puts the log after the base backup where Postgres looks for it.
  void writeTo(Path folder, Backup backup) throws IOException {}
}

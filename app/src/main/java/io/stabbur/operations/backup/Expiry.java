package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Removes what no promise needs any more: base backups, the log before the window, and the files
/// that only those had. The catalog lists what is being removed until all of it is gone, so a
/// removal that is interrupted is taken up again.
record Expiry(Repository repository, Retention retention) {
  /// Removes what is due, and answers the catalog without it.
  Catalog run(Catalog catalog, Instant now) throws IOException {
    var kept = retention.kept(catalog.backups(), now);
    var expiring = new ArrayList<>(catalog.expiring());
    catalog.backups().stream().filter(backup -> !kept.contains(backup)).forEach(expiring::add);
    var marked = catalog.with(kept, expiring);
    var anchor = retention.anchor(catalog.backups(), now);
    var oldLog = oldLog(kept, anchor);
    if (expiring.isEmpty() && oldLog.isEmpty()) {
      return catalog;
    }
    marked.write(repository);
    removeFiles(kept, expiring, oldLog);
    for (var backup : expiring) {
      repository.deleteStream(backup.object("database"));
      repository.delete(backup.object("manifest"));
      repository.delete(backup.object("roles"));
      repository.deleteStream(backup.object("files"));
      repository.deleteStream(backup.object("copied"));
    }
    for (var piece : oldLog) {
      piece.delete(repository);
    }
    if (!oldLog.isEmpty()) {
      LogState.read(repository)
          .ifPresent(state -> state.beginningAt(oldLog.getLast().to()).write(repository));
    }
    var clean = marked.with(kept, List.of());
    clean.write(repository);
    return clean;
  }

  /// The pieces that lie before the log of the window, the oldest first.
  private List<LogPiece> oldLog(List<Backup> kept, Instant anchor) {
    var state = LogState.read(repository);
    var first =
        kept.stream()
            .filter(backup -> !backup.endedAt().isBefore(anchor) && !backup.chainFrom().isEmpty())
            .findFirst();
    if (state.isEmpty() || first.isEmpty()) {
      return List.of();
    }
    var end = Lsn.parse(first.get().chainFrom());
    var pieces = new ArrayList<LogPiece>();
    var at = state.get().from();
    while (at.compareTo(end) < 0) {
      var piece = LogPiece.read(repository, state.get().timeline(), at);
      if (piece.isEmpty() || piece.get().to().compareTo(end) > 0) {
        break;
      }
      pieces.add(piece.get());
      at = piece.get().to();
    }
    return pieces;
  }

  private void removeFiles(List<Backup> kept, List<Backup> expiring, List<LogPiece> oldLog)
      throws IOException {
    Map<String, FileEntry> candidates = new HashMap<>();
    for (var backup : expiring) {
      if (repository.read(backup.object("manifest")).isPresent()) {
        candidates.putAll(FileIndex.read(repository, backup.object("files")));
      } else {
        candidates.putAll(copiedBefore(backup));
      }
    }
    for (var piece : oldLog) {
      if (piece.files() > 0) {
        candidates.putAll(FileIndex.read(repository, piece.filesName()));
      }
    }
    candidates.keySet().removeAll(needed(kept));
    for (var path : candidates.keySet()) {
      repository.deleteStream(repository.fileName(path));
    }
  }

  /// What a backup that failed may have copied; nothing where it failed before that was listed.
  private Map<String, FileEntry> copiedBefore(Backup failed) throws IOException {
    try {
      return FileIndex.read(repository, failed.object("copied"));
    } catch (DamagedException _) {
      return Map.of();
    }
  }

  /// Paths that kept backups and the log after the newest of them name.
  private Set<String> needed(List<Backup> kept) throws IOException {
    var needed = new HashSet<String>();
    for (var backup : kept) {
      needed.addAll(FileIndex.read(repository, backup.object("files")).keySet());
      if (!backup.chainFrom().isEmpty()) {
        needed.addAll(LogChain.filesFrom(repository, backup).keySet());
      }
    }
    return needed;
  }
}

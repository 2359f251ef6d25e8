package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.project.ProjectFiles.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Consumer;

/// Brings back each file that a row of the restored database names.
final class OwnedFiles implements Consumer<Version> {
  private final Repository repository;
  private final Map<String, FileEntry> index;
  private final FileCopies copies;
  private final RestoreRun.Bytes bytes;
  private long done;
  private long missing;
  private long lacking;

  OwnedFiles(
      Repository repository,
      Map<String, FileEntry> index,
      FileCopies copies,
      RestoreRun.Bytes bytes) {
    this.repository = repository;
    this.index = index;
    this.copies = copies;
    this.bytes = bytes;
  }

  @Override
  public void accept(Version version) {
    var entry = index.get(version.path());
    if (entry == null) {
      missing++;
      return;
    }
    if (entry.isMissing()) {
      lacking++;
      return;
    }
    try {
      switch (bytes) {
        case WRITTEN -> copies.restoreAhead(entry);
        case CHECKED -> FileCopies.check(repository, entry);
        case LEFT -> {}
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    done++;
  }

  /// How many there were.
  ///
  /// @throws DamagedException when a row names a file that no backup holds
  long finish() {
    if (missing > 0) {
      throw new DamagedException("%d rows name files that are in no backup".formatted(missing));
    }
    return done;
  }

  /// How many had no bytes when they were to be backed up.
  long lacking() {
    return lacking;
  }
}

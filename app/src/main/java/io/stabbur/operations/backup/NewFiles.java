package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies the files of a backup that the repository lacks.
record NewFiles(Project project, Repository repository, ProjectFiles files) {
  private static final Logger LOG = LoggerFactory.getLogger(NewFiles.class);

  /// Copies what is lacking; bytes that only a note of a removal names may be gone. What is going
  /// to be copied is listed before, so that a backup that fails leaves nothing behind.
  ///
  /// @param database where it is asked whether a row needs bytes that are nowhere, as this actor
  /// @param wanted the versions that the backup needs
  /// @param known files that the repository has, by path
  /// @param index gets an entry for each of the versions
  /// @return how many were lacking
  long copy(
      Database database,
      Actor actor,
      List<ProjectFiles.Version> wanted,
      Backup begun,
      Map<String, FileEntry> known,
      List<FileEntry> index)
      throws IOException {
    var lacking = new ArrayList<ProjectFiles.Version>();
    for (var version : wanted) {
      var found = known.get(version.path());
      if (found == null || found.isMissing()) {
        lacking.add(version);
      } else {
        index.add(found);
      }
    }
    FileIndex.write(
        repository, begun.object("copied"), lacking.stream().map(FileEntry::missing).toList());
    try (var store = files.open(project.store(), project.name())) {
      var copies = new FileCopies(repository, store);
      for (var version : lacking) {
        var saved = copies.save(version);
        if (saved.isPresent()) {
          index.add(saved.get());
        } else if (database.transaction(actor, Access.READ, tx -> files.isOwned(tx, version))) {
          LOG.warn("A file of bucket {} has no bytes and is not backed up", version.bucket());
          index.add(FileEntry.missing(version));
        }
      }
    }
    return lacking.size();
  }
}

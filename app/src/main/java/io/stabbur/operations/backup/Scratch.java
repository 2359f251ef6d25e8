package io.stabbur.operations.backup;

import io.stabbur.platform.file.Trees;
import io.stabbur.project.Project;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folders in a project's own in which backups are restored for a while. They have its rows and
/// its keys as plain files, so what a process that was killed left there is deleted.
final class Scratch {
  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
  private static final String REHEARSAL = "restore-rehearsal";
  private static final String ORGANIZATION = "organization-restore";

  private Scratch() {}

  /// Where a rehearsal restores.
  static Path ofRehearsal(Project project) {
    return project.folder().resolve(REHEARSAL);
  }

  /// Where the backup is restored that one organization is taken from.
  static Path ofOrganization(Project project) {
    return project.folder().resolve(ORGANIZATION);
  }

  /// Deletes them. A server that outlives its process for a moment may be in the way: then another
  /// time.
  static void delete(Project project) {
    for (var folder : List.of(ofRehearsal(project), ofOrganization(project))) {
      try {
        Trees.delete(folder);
      } catch (IOException e) {
        LOG.warn("The folder {} of a restore that has ended is not deleted yet", folder);
      }
    }
  }
}

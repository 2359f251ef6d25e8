package io.stabbur.console.copy;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.run.Run;
import io.stabbur.operations.backup.Backup;
import java.util.List;
import java.util.Optional;

/// The backups of a project that may be restored as a new one.
///
/// @param backups the newest first; none where none are made, or only dumps
/// @param run the last one, which may go on
/// @param form what was filled in; empty where nothing was
public record CopyPage(
    Frame frame,
    String project,
    List<Backup> backups,
    Optional<Run<CopyWork, String>> run,
    ConsoleForm form)
    implements Page {
  public CopyPage {
    backups = List.copyOf(backups);
  }

  public String path() {
    return "/backups/" + project + "/copy";
  }

  public boolean isBusy() {
    return run.filter(Run::runs).isPresent();
  }
}

package io.stabbur.console.backup;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import java.util.List;

/// The backups of all projects.
public record BackupsPage(Frame frame, List<ProjectBackups> projects) implements Page {
  public BackupsPage {
    projects = List.copyOf(projects);
  }
}

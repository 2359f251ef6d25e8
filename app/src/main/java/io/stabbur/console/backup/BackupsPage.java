package io.stabbur.console.backup;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.project.Window;

/// The backups of projects, some at a time.
public record BackupsPage(Frame frame, Window<ProjectBackups> projects) implements Page {
  private static final int MOST_CALENDARS = 10;

  /// Whether there is room for a calendar of each project that is shown.
  public boolean hasCalendars() {
    return projects.shown().size() <= MOST_CALENDARS;
  }

  /// What can be restored of a project, by day.
  public BackupCalendar calendar(ProjectBackups project) {
    return BackupCalendar.of(project, frame.times());
  }
}

package io.stabbur.console.backup;

import io.stabbur.console.run.Run;
import java.util.Locale;

/// What is done about the backups of a project on its page.
public enum BackupWork implements Run.Work {
  MAKE,
  REHEARSE;

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

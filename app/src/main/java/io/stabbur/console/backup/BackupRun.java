package io.stabbur.console.backup;

import java.time.Instant;
import java.util.Locale;

/// Work on backups that was begun on a page.
///
/// @param reason why it failed, as engineers read it; empty where it did not
public record BackupRun(Kind kind, State state, Instant at, String reason) {
  /// What is done.
  public enum Kind {
    MAKE,
    REHEARSE;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// How it stands.
  public enum State {
    RUNS,
    DONE,
    FAILED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public boolean runs() {
    return state == State.RUNS;
  }
}

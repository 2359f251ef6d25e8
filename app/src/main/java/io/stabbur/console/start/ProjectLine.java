package io.stabbur.console.start;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A project on the start page.
///
/// @param lastBackup absent where there is none
/// @param lastProof when a backup was last restored and found whole; absent where it never was
public record ProjectLine(
    String name,
    State state,
    Keeping keeping,
    @Nullable Instant lastBackup,
    @Nullable Instant lastProof) {
  /// Whether it is served.
  public enum State {
    SERVED,
    /// Its database does not answer.
    SILENT,
    /// It is opened by its first request.
    ASLEEP,
    SUSPENDED;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// Whether backups are made.
  public enum Keeping {
    ON,
    OFF,
    /// Its database is another's, who backs it up.
    ELSEWHERE,
    /// It cannot be asked now.
    UNKNOWN;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}

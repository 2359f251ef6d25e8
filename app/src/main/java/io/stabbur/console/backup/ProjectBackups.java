package io.stabbur.console.backup;

import io.stabbur.console.run.Run;
import io.stabbur.operations.backup.Backup;
import io.stabbur.operations.backup.BackupStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The backups of a project, as the page shows them.
///
/// @param status absent where none are made, or nobody can say
/// @param backups the newest first
public record ProjectBackups(
    String name,
    Keeping keeping,
    @Nullable BackupStatus status,
    List<Backup> backups,
    Optional<Run<BackupWork, Backup>> run) {
  /// Whether backups are made.
  public enum Keeping {
    ON,
    OFF,
    ELSEWHERE,
    /// The database or the place of the backups does not answer.
    SILENT;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ProjectBackups {
    backups = List.copyOf(backups);
  }

  /// Every moment from the newest backup to this one can be restored; absent where only backups
  /// can.
  public @Nullable Instant upTo() {
    return status == null || backups.isEmpty() ? null : status.shippedAt();
  }

  public boolean isBusy() {
    return run.filter(Run::runs).isPresent();
  }
}

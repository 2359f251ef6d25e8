package io.stabbur.operations.backup;

import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/// Backups by the clock: the log every half minute, a base backup each day, a rehearsal each month;
/// of a database that somebody else runs a dump each day instead, which is rehearsed, too.
@Singleton
final class BackupChores implements RoomChores {
  private static final Duration LOOK = Duration.ofMinutes(1);

  private final Backups backups;
  private final BackupSettings settings;

  BackupChores(Backups backups, BackupSettings settings) {
    this.backups = backups;
    this.settings = settings;
  }

  @Override
  public List<Chore> chores(Project project) {
    Scratch.delete(project);
    if (!backups.isEnabled(project)) {
      return backups.isPossible(project)
          ? List.of(Chore.every(Duration.ofHours(1), "backup-off", () -> backups.release(project)))
          : List.of();
    }
    if (backups.isDumped(project)) {
      // several processes may serve it
      return List.of(
          Chore.every(LOOK, "backup", () -> backups.makeIfDue(project)).byOneAtATime(),
          Chore.every(LOOK, "backup-proof", () -> backups.proveIfDue(project)).byOneAtATime());
    }
    return List.of(
        Chore.every(settings.logEvery(), "backup-log", () -> backups.ship(project)),
        Chore.every(LOOK, "backup", () -> backups.makeIfDue(project)),
        Chore.every(LOOK, "backup-proof", () -> backups.proveIfDue(project)));
  }
}

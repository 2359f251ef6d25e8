package io.stabbur.console.backup;

import io.stabbur.console.backup.BackupRun.Kind;
import io.stabbur.console.backup.BackupRun.State;
import io.stabbur.operations.backup.Backups;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work on backups that goes on when the page is closed: one for each project at a time, and how
/// the last one of this process ended.
@Singleton
final class BackupRuns {
  private static final Logger LOG = LoggerFactory.getLogger(BackupRuns.class);

  private final Backups backups;
  private final Clock clock;
  private final Map<String, BackupRun> runs = new ConcurrentHashMap<>();

  BackupRuns(Backups backups, Clock clock) {
    this.backups = backups;
    this.clock = clock;
  }

  Optional<BackupRun> of(String project) {
    return Optional.ofNullable(runs.get(project));
  }

  /// Begins it; nothing where something is being done already.
  boolean begin(Project project, Kind kind) {
    var isBegun = new AtomicBoolean();
    runs.compute(
        project.name(),
        (_, known) -> {
          if (known != null && known.runs()) {
            return known;
          }
          isBegun.set(true);
          return run(kind, State.RUNS, "");
        });
    if (isBegun.get()) {
      var _ = Thread.ofVirtual().name("console " + kind.word()).start(() -> work(project, kind));
    }
    return isBegun.get();
  }

  private void work(Project project, Kind kind) {
    var end = run(kind, State.FAILED, "It ended without a word; see the server's log");
    try {
      switch (kind) {
        case MAKE -> backups.make(project);
        case REHEARSE -> backups.prove(project);
      }
      end = run(kind, State.DONE, "");
    } catch (ApiException e) {
      LOG.warn("{} of project {} failed: {}", kind.word(), project.name(), e.error());
      end = run(kind, State.FAILED, e.error() instanceof Refused refused ? refused.message() : "");
    } finally {
      runs.put(project.name(), end);
    }
  }

  private BackupRun run(Kind kind, State state, String reason) {
    return new BackupRun(kind, state, clock.instant(), reason);
  }
}

package io.stabbur.console.restore;

import io.stabbur.console.restore.RestoreRun.Kind;
import io.stabbur.console.restore.RestoreRun.State;
import io.stabbur.operations.backup.Backups;
import io.stabbur.operations.backup.OrganizationRestore.Report;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.project.Project;
import io.stabbur.project.RecoveryPoint;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Restores of organizations that go on when the page is closed: one for each project at a time,
/// and how the last one of this process ended.
@Singleton
final class RestoreRuns {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreRuns.class);

  private final Backups backups;
  private final Clock clock;
  private final Map<String, RestoreRun> runs = new ConcurrentHashMap<>();

  RestoreRuns(Backups backups, Clock clock) {
    this.backups = backups;
    this.clock = clock;
  }

  /// The last one of an organization.
  Optional<RestoreRun> of(String project, UUID organization) {
    return Optional.ofNullable(runs.get(project))
        .filter(run -> run.wish().organization().equals(organization));
  }

  /// Begins it; nothing where another runs in the project.
  boolean begin(Project project, Wish wish, Kind kind) {
    var isBegun = new AtomicBoolean();
    runs.compute(
        project.name(),
        (_, known) -> {
          if (known != null && known.runs()) {
            return known;
          }
          isBegun.set(true);
          return run(wish, kind, State.RUNS, "", Optional.empty());
        });
    if (isBegun.get()) {
      var _ =
          Thread.ofVirtual()
              .name("console restore of an organization")
              .start(() -> work(project, wish, kind));
    }
    return isBegun.get();
  }

  private void work(Project project, Wish wish, Kind kind) {
    var end =
        run(
            wish,
            kind,
            State.FAILED,
            "It ended without a word; see the server's log",
            Optional.empty());
    try {
      end = run(wish, kind, State.DONE, "", Optional.of(restore(project, wish, kind)));
    } catch (ApiException e) {
      LOG.warn("An organization of project {} was not restored: {}", project.name(), e.error());
      var reason = e.error() instanceof Refused refused ? refused.message() : "";
      end = run(wish, kind, State.FAILED, reason, Optional.empty());
    } finally {
      runs.put(project.name(), end);
    }
  }

  private Report restore(Project project, Wish wish, Kind kind) {
    return switch (kind) {
      case TRY -> backups.restore(project, wish.trial());
      case APPLY -> {
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        RecoveryPoint.make(project, "before a restore at " + now);
        yield backups.restore(project, wish.done());
      }
    };
  }

  private RestoreRun run(
      Wish wish, Kind kind, State state, String reason, Optional<Report> report) {
    return new RestoreRun(wish, kind, state, clock.instant(), reason, report);
  }
}

package io.stabbur.operations.advisor;

import io.stabbur.data.DataSettings;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The advisor for a project that is served: it knows which schemas are exposed.
@Singleton
public final class ProjectAdvisor {
  /// Extensions, statistics and slots change without the catalog.
  private static final Duration ANYHOW = Duration.ofMinutes(10);

  /// Longer than a report takes.
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final DataSettings settings;
  private final Clock clock;
  private final PerProject<Seen> seen = new PerProject<>(_ -> new Seen());

  ProjectAdvisor(DataSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /// A report and the moment it is of.
  public record Judged(Report report, Instant at) {}

  /// What was judged last of a project; whoever has the turn changes it.
  private static final class Seen {
    private String fingerprint = "";
    private volatile @Nullable Judged judged;
    private final Semaphore turn = new Semaphore(1);
  }

  /// A new report. A project is judged once at a time: others wait for their turn without a
  /// connection to its database.
  ///
  /// @throws ApiException if it is being judged and does not end in time
  public Report report(Project project) {
    var turn = seen.of(project).turn;
    await(turn);
    try {
      return Advisor.report(project.admin(), schemas(project));
    } finally {
      turn.release();
    }
  }

  /// The last report where the catalog has not changed since, at most ten minutes old, with the
  /// findings that are accepted now; else a new one. While a new one is made, others get the last.
  public Judged lately(Project project) {
    var last = seen.of(project);
    if (!last.turn.tryAcquire()) {
      var judged = last.judged;
      if (judged != null) {
        return accepted(project, judged);
      }
      await(last.turn);
    }
    try {
      return judge(project, last);
    } finally {
      last.turn.release();
    }
  }

  private Judged judge(Project project, Seen last) {
    var fingerprint = Advisor.fingerprint(project.admin());
    var judged = last.judged;
    if (judged != null
        && fingerprint.equals(last.fingerprint)
        && clock.instant().isBefore(judged.at().plus(ANYHOW))) {
      return accepted(project, judged);
    }
    var now = new Judged(Advisor.report(project.admin(), schemas(project)), clock.instant());
    last.fingerprint = fingerprint;
    last.judged = now;
    return now;
  }

  private static Judged accepted(Project project, Judged judged) {
    return new Judged(Advisor.accepted(project.admin(), judged.report()), judged.at());
  }

  private static void await(Semaphore turn) {
    try {
      if (!turn.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ApiException(new Failure.Timeout("The advisor is looking at the database still"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(new Failure.Timeout("The advisor was stopped"));
    }
  }

  /// The schemas that the data API serves.
  public List<String> schemas(Project project) {
    return settings.inDatabase()
        ? Advisor.servedSchemas(project.admin()).orElse(settings.schemas())
        : settings.schemas();
  }
}

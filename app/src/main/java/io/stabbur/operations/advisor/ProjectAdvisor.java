package io.stabbur.operations.advisor;

import io.stabbur.data.DataSettings;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The advisor for a project that is served: it knows which schemas are exposed.
@Singleton
public final class ProjectAdvisor {
  /// Extensions, statistics and slots change without the catalog.
  private static final Duration ANYHOW = Duration.ofMinutes(10);

  private final DataSettings settings;
  private final Clock clock;
  private final PerProject<Seen> seen = new PerProject<>(_ -> new Seen());

  ProjectAdvisor(DataSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /// A report and the moment it is of.
  public record Judged(Report report, Instant at) {}

  /// What was judged last of a project.
  private static final class Seen {
    private String fingerprint = "";
    private @Nullable Judged judged;
  }

  public Report report(Project project) {
    return Advisor.report(project.admin(), schemas(project));
  }

  /// The last report where the catalog has not changed since, at most ten minutes old, with the
  /// findings that are accepted now; else a new one.
  public Judged lately(Project project) {
    var fingerprint = Advisor.fingerprint(project.admin());
    var last = seen.of(project);
    synchronized (last) {
      var judged = last.judged;
      if (judged != null
          && fingerprint.equals(last.fingerprint)
          && clock.instant().isBefore(judged.at().plus(ANYHOW))) {
        return new Judged(Advisor.accepted(project.admin(), judged.report()), judged.at());
      }
    }
    var judged = new Judged(report(project), clock.instant());
    synchronized (last) {
      last.fingerprint = fingerprint;
      last.judged = judged;
    }
    return judged;
  }

  /// The schemas that the data API serves.
  public List<String> schemas(Project project) {
    return settings.inDatabase()
        ? Advisor.servedSchemas(project.admin()).orElse(settings.schemas())
        : settings.schemas();
  }
}

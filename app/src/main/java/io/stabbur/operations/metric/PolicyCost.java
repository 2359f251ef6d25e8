package io.stabbur.operations.metric;

import io.stabbur.operations.advisor.ProjectAdvisor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/// `stabbur_policy_cost_ratio`: how much longer the same read of a table takes with its policies.
/// Measured on a connection that is opened for it, by the clock, within bounds.
@Singleton
final class PolicyCost implements RoomChores, SampleSource {
  private static final Duration EVERY = Duration.ofMinutes(10);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final MetricSettings settings;
  private final ProjectAdvisor schemas;
  private final PerProject<Kept> kept = new PerProject<>(_ -> new Kept());

  PolicyCost(MetricSettings settings, ProjectAdvisor schemas) {
    this.settings = settings;
    this.schemas = schemas;
  }

  /// The newest samples of a project.
  private static final class Kept {
    private volatile List<Sample> samples = List.of();
  }

  @Override
  public List<Chore> chores(Project project) {
    return settings.policies() == 0
        ? List.of()
        : List.of(Chore.every(EVERY, "policy-cost", () -> sample(project)));
  }

  @Override
  public List<Sample> of(Project project) {
    return kept.of(project).samples;
  }

  /// Measures anew. What took too long last time is told no more than what was never measured.
  void sample(Project project) {
    var served = schemas.schemas(project);
    var login = project.admin().login();
    var url = login.url() + (login.url().contains("?") ? '&' : '?') + "socketTimeout=15";
    var own = new Login(url, login.user(), login.password(), 1, PATIENCE);
    try (var database = Database.open(own)) {
      var reads = new PolicyReads(database, LONGEST);
      kept.of(project).samples = reads.samples(served, settings.policies());
    } catch (ApiException _) {
      kept.of(project).samples = List.of();
    }
  }
}

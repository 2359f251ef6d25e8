package io.stabbur.operations.metric;

import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/// Each project's [PostgresSampler], and the chores that run it.
@Singleton
final class Samplers implements RoomChores {
  private static final Duration PROBE = Duration.ofSeconds(5);

  private final MetricSettings settings;
  private final PerProject<PostgresSampler> samplers;

  Samplers(MetricSettings settings) {
    this.settings = settings;
    this.samplers = new PerProject<>(project -> new PostgresSampler(project, settings));
  }

  PostgresSampler of(Project project) {
    return samplers.of(project);
  }

  @Override
  public List<Chore> chores(Project project) {
    var probe = settings.every().compareTo(PROBE) < 0 ? settings.every() : PROBE;
    return List.of(
        Chore.every(settings.every(), "metrics", () -> of(project).sample()),
        Chore.every(probe, "reachable", () -> of(project).probe()));
  }
}

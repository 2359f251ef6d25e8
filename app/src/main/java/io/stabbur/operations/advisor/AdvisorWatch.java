package io.stabbur.operations.advisor;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Has the advisor look again when a project's catalog has changed, and shows what it found as
/// metrics: `stabbur_advisor_findings` by level, and `stabbur_advisor_error` for each finding of
/// level ERROR, which alerts judge.
@Singleton
final class AdvisorWatch implements RoomChores {
  private static final int MOST_ERRORS = 50;

  private final ProjectAdvisor advisor;
  private final AdvisorSettings settings;
  private final Map<Project, Report> reports = new ConcurrentHashMap<>();
  private final PerProject<AutoCloseable> ends = new PerProject<>(project -> () -> forget(project));
  private final MultiGauge findings;
  private final MultiGauge errors;

  AdvisorWatch(ProjectAdvisor advisor, AdvisorSettings settings, MeterRegistry registry) {
    this.advisor = advisor;
    this.settings = settings;
    this.findings = MultiGauge.builder("stabbur.advisor.findings").register(registry);
    this.errors = MultiGauge.builder("stabbur.advisor.error").register(registry);
  }

  @Override
  public List<Chore> chores(Project project) {
    if (!project.settings().prepare()) {
      return List.of();
    }
    var _ = ends.of(project);
    return List.of(Chore.every(settings.every(), "advisor", () -> look(project)));
  }

  /// What was found of a project that is closed is shown no longer.
  private void forget(Project project) {
    if (reports.remove(project) != null) {
      show();
    }
  }

  private void look(Project project) {
    var now = advisor.lately(project).report();
    if (!now.equals(reports.put(project, now))) {
      show();
    }
  }

  private synchronized void show() {
    findings.register(reports.entrySet().stream().flatMap(AdvisorWatch::counts).toList(), true);
    errors.register(reports.entrySet().stream().flatMap(AdvisorWatch::errors).toList(), true);
  }

  private static Stream<MultiGauge.Row<?>> counts(Map.Entry<Project, Report> of) {
    return Stream.of(Level.values())
        .map(
            level ->
                MultiGauge.Row.of(
                    Tags.of(
                        "project",
                        of.getKey().name(),
                        "level",
                        level.name().toLowerCase(Locale.ROOT)),
                    of.getValue().open().stream().filter(each -> each.level() == level).count()));
  }

  private static Stream<MultiGauge.Row<?>> errors(Map.Entry<Project, Report> of) {
    return of.getValue().open().stream()
        .filter(each -> each.level() == Level.ERROR)
        .limit(MOST_ERRORS)
        .map(
            each ->
                MultiGauge.Row.of(
                    Tags.of(
                        "project",
                        of.getKey().name(),
                        "finding",
                        each.lint().id(),
                        "schemaname",
                        each.schema(),
                        "relname",
                        each.entity()),
                    1));
  }
}

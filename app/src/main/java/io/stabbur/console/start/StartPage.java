package io.stabbur.console.start;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.statistics.BarChart;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// Whether all is well.
///
/// @param traffic requests of each hour of the last day; empty where nobody counts them
public record StartPage(
    Frame frame, List<Need> needs, List<ProjectLine> projects, List<Long> traffic) implements Page {
  private static final int MOST = 50;

  public StartPage {
    traffic = List.copyOf(traffic);
    needs = List.copyOf(needs);
    projects = List.copyOf(projects);
  }

  /// Those of the first page, those first that do not answer.
  public List<ProjectLine> shown() {
    return projects.stream()
        .sorted(Comparator.comparing(each -> each.state() != ProjectLine.State.SILENT))
        .limit(MOST)
        .toList();
  }

  public BarChart chart() {
    return BarChart.of(traffic);
  }

  public long requests() {
    return traffic.stream().mapToLong(Long::longValue).sum();
  }

  /// The worst of what needs a person.
  public Light light() {
    return needs.stream().map(Need::light).max(Comparator.naturalOrder()).orElse(Light.GREEN);
  }

  /// Of the projects that are backed up, the oldest last backup; empty where one has none.
  public Optional<Instant> lastBackup() {
    return oldest(ProjectLine::lastBackup);
  }

  public Optional<Instant> lastProof() {
    return oldest(ProjectLine::lastProof);
  }

  /// Whether nobody can say how the backups of a project stand.
  public boolean isUnknown() {
    return projects.stream().anyMatch(each -> each.state() == ProjectLine.State.SILENT);
  }

  private Optional<Instant> oldest(
      Function<ProjectLine, @org.jspecify.annotations.Nullable Instant> moment) {
    var kept = projects.stream().filter(each -> each.keeping() == ProjectLine.Keeping.ON).toList();
    return kept.stream().allMatch(each -> moment.apply(each) != null)
        ? kept.stream()
            .map(each -> Objects.requireNonNull(moment.apply(each)))
            .min(Comparator.naturalOrder())
        : Optional.empty();
  }
}

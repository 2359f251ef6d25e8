package io.stabbur.console.start;

import io.stabbur.console.project.AllTogether;
import io.stabbur.console.project.Asked;
import io.stabbur.operations.request.RequestReport;
import io.stabbur.operations.request.RequestReport.Total;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// How many requests all projects together had in each hour of the last day. Projects that do not
/// answer are left out.
@Singleton
final class Traffic {
  private static final int HOURS = 24;

  private final Projects projects;
  private final RequestReport requests;

  Traffic(Projects projects, RequestReport requests) {
    this.projects = projects;
    this.requests = requests;
  }

  /// The oldest hour first; empty where no project counts its requests.
  List<Long> hours() {
    var open = projects.all().stream().filter(requests::isKept).toList();
    var totals =
        AllTogether.ask(open, this::of, _ -> List.<Total>of()).stream()
            .filter(each -> !each.isEmpty())
            .toList();
    return totals.isEmpty()
        ? List.of()
        : IntStream.range(0, HOURS)
            .mapToObj(hour -> totals.stream().mapToLong(each -> each.get(hour).requests()).sum())
            .toList();
  }

  private List<Total> of(Project project) {
    return Asked.of(() -> requests.totals(project, Duration.ofHours(1), HOURS)).orElse(List.of());
  }
}

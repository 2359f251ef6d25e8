package io.stabbur.console.statistics;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.project.ProjectChoice;
import io.stabbur.operations.request.RequestReport.Total;
import java.util.List;
import java.util.Optional;

/// What was asked of a project.
///
/// @param shown absent where the database does not answer
public record StatisticsPage(Frame frame, ProjectChoice choice, Optional<Numbers> shown)
    implements Page {
  /// The numbers of a project.
  ///
  /// @param isKept whether requests are counted
  public record Numbers(boolean isKept, List<Total> hours, List<Total> days) {
    public Numbers {
      hours = List.copyOf(hours);
      days = List.copyOf(days);
    }
  }

  public static BarChart chart(List<Total> totals) {
    return BarChart.of(totals.stream().map(Total::requests).toList());
  }

  public static long sum(List<Total> totals) {
    return totals.stream().mapToLong(Total::requests).sum();
  }

  public static long failed(List<Total> totals) {
    return totals.stream().mapToLong(Total::failed).sum();
  }
}

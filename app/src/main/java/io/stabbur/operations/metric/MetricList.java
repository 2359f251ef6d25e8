package io.stabbur.operations.metric;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// What `/metrics` tells at this moment about one project and about the process, for a page.
@Singleton
public final class MetricList {
  private static final String PROJECT = "project";
  private static final double NONE = Double.NaN;

  private final PrometheusMeterRegistry registry;

  MetricList(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  /// A metric.
  ///
  /// @param name as a scrape shows it, without endings such as `_total`
  /// @param help empty where nobody wrote any
  public record Family(String name, String help, List<Series> series) {
    public Family {
      series = List.copyOf(series);
    }
  }

  /// A number of a metric.
  ///
  /// @param labels without that of the project
  /// @param value how often, of what is counted and measured at once
  /// @param sum of all that was measured; `NaN` where it is a single number
  public record Series(Map<String, String> labels, double value, double sum) {
    public boolean hasSum() {
      return !Double.isNaN(sum);
    }
  }

  /// By name. A metric that is only about other projects is left out.
  public List<Family> of(Project project) {
    return registry.getPrometheusRegistry().scrape().stream()
        .map(metric -> family(metric, project.name()))
        .filter(family -> !family.series().isEmpty())
        .sorted(Comparator.comparing(Family::name))
        .toList();
  }

  private static Family family(MetricSnapshot metric, String project) {
    var metadata = metric.getMetadata();
    return new Family(
        metadata.getPrometheusName(),
        Objects.requireNonNullElse(metadata.getHelp(), "").strip(),
        metric.getDataPoints().stream()
            .filter(point -> isAbout(point, project))
            .flatMap(MetricList::series)
            .toList());
  }

  private static boolean isAbout(DataPointSnapshot point, String project) {
    var named = point.getLabels().get(PROJECT);
    return named == null || named.equals(project);
  }

  private static Stream<Series> series(DataPointSnapshot point) {
    var labels = labels(point);
    return switch (point) {
      case GaugeDataPointSnapshot gauge -> Stream.of(new Series(labels, gauge.getValue(), NONE));
      case CounterDataPointSnapshot counter ->
          Stream.of(new Series(labels, counter.getValue(), NONE));
      case SummaryDataPointSnapshot summary ->
          Stream.of(new Series(labels, summary.getCount(), summary.getSum()));
      case HistogramDataPointSnapshot histogram ->
          Stream.of(new Series(labels, histogram.getCount(), histogram.getSum()));
      default -> Stream.of();
    };
  }

  private static Map<String, String> labels(DataPointSnapshot point) {
    var labels = new LinkedHashMap<String, String>();
    point.getLabels().stream()
        .filter(label -> !label.getName().equals(PROJECT))
        .forEach(label -> labels.put(label.getName(), label.getValue()));
    return labels;
  }
}

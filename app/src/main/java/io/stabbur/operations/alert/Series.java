package io.stabbur.operations.alert;

import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The values of some metrics at one moment, by metric and labels, under the names that a scrape
/// shows.
record Series(Map<String, Map<Map<String, String>, Double>> values) {
  static Series of(MetricSnapshots scraped, Set<String> wanted) {
    var series = new Series(new HashMap<>());
    for (var metric : scraped) {
      var name = metric.getMetadata().getPrometheusName();
      for (var point : metric.getDataPoints()) {
        series.add(name, point, wanted);
      }
    }
    return series;
  }

  private void add(String name, DataPointSnapshot point, Set<String> wanted) {
    switch (point) {
      case GaugeDataPointSnapshot gauge -> put(name, point, gauge.getValue(), wanted);
      case CounterDataPointSnapshot counter ->
          put(name + "_total", point, counter.getValue(), wanted);
      case SummaryDataPointSnapshot summary -> {
        put(name + "_count", point, (double) summary.getCount(), wanted);
        put(name + "_sum", point, summary.getSum(), wanted);
      }
      case HistogramDataPointSnapshot histogram -> histogram(name, histogram, wanted);
      default -> {}
    }
  }

  private void histogram(String name, HistogramDataPointSnapshot point, Set<String> wanted) {
    if (wanted.contains(name + "_bucket")) {
      double below = 0;
      for (var bucket : point.getClassicBuckets()) {
        below += bucket.getCount();
        var labels = labels(point);
        labels.put("le", Double.toString(bucket.getUpperBound()));
        put(name + "_bucket", labels, below);
      }
    }
  }

  private void put(String name, DataPointSnapshot point, double value, Set<String> wanted) {
    if (wanted.contains(name) && !Double.isNaN(value)) {
      put(name, labels(point), value);
    }
  }

  private void put(String name, Map<String, String> labels, double value) {
    values.computeIfAbsent(name, _ -> new HashMap<>()).put(labels, value);
  }

  private static Map<String, String> labels(DataPointSnapshot point) {
    var labels = new LinkedHashMap<String, String>();
    point.getLabels().forEach(label -> labels.put(label.getName(), label.getValue()));
    return labels;
  }

  Map<Map<String, String>, Double> of(String metric) {
    return values.getOrDefault(metric, Map.of());
  }

  /// The projects whose database does not answer.
  List<String> projectsDown() {
    return of("pg_up").entrySet().stream()
        .filter(each -> each.getValue() < 1)
        .map(each -> each.getKey().getOrDefault("project", ""))
        .toList();
  }
}

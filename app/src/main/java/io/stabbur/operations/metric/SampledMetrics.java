package io.stabbur.operations.metric;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Context;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.stabbur.project.Projects;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Shows what the samplers of all projects measured last, each with the label `project`. Names that
/// end in `_total` are counters; all else is shown as a gauge, also what postgres_exporter calls a
/// counter without saying so in the name.
@Context
final class SampledMetrics implements MultiCollector {
  private static final String TOTAL = "_total";

  private final Projects projects;
  private final Samplers samplers;
  private final List<SampleSource> sources;

  SampledMetrics(
      Projects projects,
      Samplers samplers,
      List<SampleSource> sources,
      PrometheusMeterRegistry registry) {
    this.projects = projects;
    this.samplers = samplers;
    this.sources = List.copyOf(sources);
    registry.getPrometheusRegistry().register(this);
  }

  @Override
  public MetricSnapshots collect() {
    var byName = new LinkedHashMap<String, Map<Labels, Double>>();
    for (var project : projects.all()) {
      samplers.of(project).samples().forEach(sample -> add(byName, project.name(), sample));
      for (var source : sources) {
        source.of(project).forEach(sample -> add(byName, project.name(), sample));
      }
    }
    var snapshots = MetricSnapshots.builder();
    byName.forEach((name, series) -> snapshots.metricSnapshot(snapshot(name, series)));
    return snapshots.build();
  }

  private static void add(Map<String, Map<Labels, Double>> byName, String project, Sample sample) {
    byName
        .computeIfAbsent(sample.name(), _ -> new LinkedHashMap<>())
        .put(labels(project, sample), sample.value());
  }

  private static Labels labels(String project, Sample sample) {
    var labels = Labels.builder().label("project", project);
    sample.labels().forEach(labels::label);
    return labels.build();
  }

  private static MetricSnapshot snapshot(String name, Map<Labels, Double> series) {
    return name.endsWith(TOTAL)
        ? new CounterSnapshot(
            metadata(name.substring(0, name.length() - TOTAL.length())), counters(series))
        : new GaugeSnapshot(metadata(name), gauges(series));
  }

  private static MetricMetadata metadata(String name) {
    return new MetricMetadata(name, "Sampled; see app/docs/metrics.md");
  }

  private static List<CounterDataPointSnapshot> counters(Map<Labels, Double> series) {
    return series.entrySet().stream()
        .filter(each -> each.getValue() >= 0)
        .map(each -> new CounterDataPointSnapshot(each.getValue(), each.getKey(), null, 0))
        .toList();
  }

  private static List<GaugeDataPointSnapshot> gauges(Map<Labels, Double> series) {
    return series.entrySet().stream()
        .map(each -> new GaugeDataPointSnapshot(each.getValue(), each.getKey(), null))
        .toList();
  }
}

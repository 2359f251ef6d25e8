package io.stabbur.operations.metric;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micronaut.context.annotation.Context;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.project.replica.ReadReplica;
import io.stabbur.project.replica.ReadReplicas;
import java.util.function.ToDoubleFunction;

/// `stabbur_replica_…` by project and server: who answered reads, and how the replicas are.
@Context
final class ReplicaMeters {
  private static final String PREFIX = "stabbur.replica.";

  private final Projects projects;
  private final MeterRegistry registry;

  ReplicaMeters(Projects projects, MeterRegistry registry) {
    this.projects = projects;
    this.registry = registry;
    projects.eachProject(project -> watch(project.name(), project.replicas()));
  }

  /// Once for each name: a project that is opened again has other replicas.
  private void watch(String project, ReadReplicas replicas) {
    if (replicas.isEmpty()) {
      return;
    }
    var tags = Tags.of("project", project);
    counter(
        "reads",
        tags.and("server", ReadReplicas.PRIMARY),
        all -> value(all, project, ReadReplicas::readsByPrimary));
    for (var replica : replicas.all()) {
      var named = new Named(project, replica.name());
      var own = tags.and("server", replica.name());
      counter("reads", own, all -> named.value(all, ReadReplica::reads));
      counter("behind", own, all -> named.value(all, ReadReplica::behind));
      counter("failures", own, all -> named.value(all, ReadReplica::failures));
      gauge("lag.seconds", own, all -> named.value(all, ReadReplica::lagSeconds));
      gauge("lag.bytes", own, all -> named.value(all, ReadReplica::lagBytes));
      gauge("breaker.open", own, all -> named.value(all, each -> each.isAway() ? 1 : 0));
    }
  }

  private static double value(Projects all, String project, ToDoubleFunction<ReadReplicas> value) {
    return all.byName(project).map(Project::replicas).map(value::applyAsDouble).orElse(0.0);
  }

  /// A replica of the project that has a name now.
  private record Named(String project, String replica) {
    double value(Projects all, ToDoubleFunction<ReadReplica> value) {
      return all.byName(project).stream()
          .flatMap(found -> found.replicas().all().stream())
          .filter(each -> each.name().equals(replica))
          .mapToDouble(value)
          .findFirst()
          .orElse(0);
    }
  }

  private void counter(String name, Tags tags, ToDoubleFunction<Projects> value) {
    FunctionCounter.builder(PREFIX + name, projects, value).tags(tags).register(registry);
  }

  private void gauge(String name, Tags tags, ToDoubleFunction<Projects> value) {
    Gauge.builder(PREFIX + name, projects, value).tags(tags).register(registry);
  }
}

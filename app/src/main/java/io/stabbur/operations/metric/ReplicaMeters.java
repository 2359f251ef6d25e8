package io.stabbur.operations.metric;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micronaut.context.annotation.Context;
import io.stabbur.project.Projects;
import io.stabbur.project.replica.ReadReplica;
import io.stabbur.project.replica.ReadReplicas;
import java.util.function.ToDoubleFunction;

/// `stabbur_replica_…` by project and server: who answered reads, and how the replicas are.
@Context
final class ReplicaMeters {
  private static final String PREFIX = "stabbur.replica.";

  private final MeterRegistry registry;

  ReplicaMeters(Projects projects, MeterRegistry registry) {
    this.registry = registry;
    projects.eachProject(
        project -> {
          if (!project.replicas().isEmpty()) {
            watch(Tags.of("project", project.name()), project.replicas());
          }
        });
  }

  private void watch(Tags project, ReadReplicas replicas) {
    counter("reads", replicas, ReadReplicas::readsByPrimary, project.and("server", "primary"));
    for (var replica : replicas.all()) {
      var tags = project.and("server", replica.name());
      counter("reads", replica, ReadReplica::reads, tags);
      counter("behind", replica, ReadReplica::behind, tags);
      counter("failures", replica, ReadReplica::failures, tags);
      gauge("lag.seconds", replica, ReadReplica::lagSeconds, tags);
      gauge("lag.bytes", replica, ReadReplica::lagBytes, tags);
      gauge("breaker.open", replica, each -> each.isAway() ? 1 : 0, tags);
    }
  }

  private <T> void counter(String name, T counted, ToDoubleFunction<T> value, Tags tags) {
    FunctionCounter.builder(PREFIX + name, counted, value).tags(tags).register(registry);
  }

  private <T> void gauge(String name, T measured, ToDoubleFunction<T> value, Tags tags) {
    Gauge.builder(PREFIX + name, measured, value).tags(tags).register(registry);
  }
}

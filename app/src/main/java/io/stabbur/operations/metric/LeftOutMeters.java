package io.stabbur.operations.metric;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.stabbur.project.Projects;

/// `stabbur_project_left_out`: 1 for a project of the configuration that did not open, else 0.
@Context
final class LeftOutMeters {
  LeftOutMeters(Projects projects, MeterRegistry registry) {
    for (var name : projects.configured()) {
      Gauge.builder(
              "stabbur.project.left.out",
              projects,
              each -> each.leftOut().containsKey(name) ? 1 : 0)
          .description("Whether a project of the configuration did not open and is retried")
          .tag("project", name)
          .register(registry);
    }
  }
}

package io.stabbur.operations.metric;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micronaut.context.annotation.Context;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.PoolState;
import io.stabbur.project.Projects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// `stabbur_pool_…` by project and pool: `api` serves requests, `admin` the appliance's own work.
@Context
final class PoolMeters {
  private static final String PREFIX = "stabbur.pool.";

  private final MeterRegistry registry;

  PoolMeters(Projects projects, MeterRegistry registry) {
    this.registry = registry;
    projects.eachProject(
        project -> {
          watch(project.name(), "api", project.api());
          watch(project.name(), "admin", project.admin());
        });
  }

  private void watch(String project, String pool, Database database) {
    var tags = Tags.of("project", project, "pool", pool);
    gauge("connections", database, state -> state.open() - state.idle(), active(tags));
    gauge("connections", database, PoolState::idle, tags.and("state", "idle"));
    gauge("limit", database, PoolState::limit, tags);
    gauge("waiting", database, PoolState::waiting, tags);
    FunctionCounter.builder(PREFIX + "timeouts", database, each -> each.pool().timeouts())
        .tags(tags)
        .register(registry);
    FunctionTimer.builder(
            PREFIX + "wait",
            database,
            each -> each.poolWaits().count(),
            each -> each.poolWaits().nanos(),
            TimeUnit.NANOSECONDS)
        .description("Connections that were lent, and how long requests waited for them")
        .tags(tags)
        .register(registry);
  }

  private static Tags active(Tags tags) {
    return tags.and("state", "active");
  }

  private void gauge(String name, Database database, ToDoubleFunction<PoolState> value, Tags tags) {
    Gauge.builder(PREFIX + name, database, each -> value.applyAsDouble(each.pool()))
        .tags(tags)
        .register(registry);
  }
}

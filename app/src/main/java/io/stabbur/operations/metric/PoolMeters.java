package io.stabbur.operations.metric;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micronaut.context.annotation.Context;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.PoolState;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// `stabbur_pool_…` by project and pool: `api` serves requests, `admin` the appliance's own work.
@Context
final class PoolMeters {
  private static final String PREFIX = "stabbur.pool.";

  private final Projects projects;
  private final MeterRegistry registry;

  PoolMeters(Projects projects, MeterRegistry registry) {
    this.projects = projects;
    this.registry = registry;
    projects.eachProject(
        project -> {
          watch(project.name(), "api", Project::api);
          watch(project.name(), "admin", Project::admin);
        });
  }

  /// Once for each name: a project that is opened again is another one.
  private void watch(String project, String pool, Function<Project, Database> which) {
    var tags = Tags.of("project", project, "pool", pool);
    var database = new Named(project, which);
    gauge("connections", database, state -> state.open() - state.idle(), active(tags));
    gauge("connections", database, PoolState::idle, tags.and("state", "idle"));
    gauge("limit", database, PoolState::limit, tags);
    gauge("waiting", database, PoolState::waiting, tags);
    FunctionCounter.builder(
            PREFIX + "timeouts",
            projects,
            all -> database.value(all, each -> each.pool().timeouts()))
        .tags(tags)
        .register(registry);
    FunctionTimer.builder(
            PREFIX + "wait",
            projects,
            all -> (long) database.value(all, each -> each.poolWaits().count()),
            all -> database.value(all, each -> each.poolWaits().nanos()),
            TimeUnit.NANOSECONDS)
        .description("Connections that were lent, and how long requests waited for them")
        .tags(tags)
        .register(registry);
  }

  private static Tags active(Tags tags) {
    return tags.and("state", "active");
  }

  private void gauge(String name, Named database, ToDoubleFunction<PoolState> value, Tags tags) {
    Gauge.builder(
            PREFIX + name,
            projects,
            all -> database.value(all, each -> value.applyAsDouble(each.pool())))
        .tags(tags)
        .register(registry);
  }

  /// A pool of the project that has a name now.
  private record Named(String project, Function<Project, Database> which) {
    double value(Projects all, ToDoubleFunction<Database> value) {
      return all.byName(project).map(which).map(value::applyAsDouble).orElse(0.0);
    }
  }
}

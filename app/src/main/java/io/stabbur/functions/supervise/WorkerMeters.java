package io.stabbur.functions.supervise;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.stabbur.functions.deploy.FunctionName;
import jakarta.inject.Singleton;
import java.util.Locale;

/// `stabbur_function_processes`: processes that run, by project; `stabbur_function_starts_total`
/// and `stabbur_function_ends_total` by project and function, the latter by reason.
@Singleton
final class WorkerMeters {
  private final MeterRegistry registry;

  WorkerMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /// What the processes of one project are counted by.
  Counts of(String project) {
    return new Counts(registry, Tags.of("project", project));
  }

  record Counts(MeterRegistry registry, Tags project) {
    /// Counts the processes of a supervisor from now on.
    void follow(Supervisor supervisor) {
      registry.gauge("stabbur.function.processes", project, supervisor, Supervisor::running);
    }

    void started(FunctionName name) {
      registry.counter("stabbur.function.starts", project.and("function", name.text())).increment();
    }

    void ended(FunctionName name, Verdict verdict) {
      var reason = verdict.name().toLowerCase(Locale.ROOT);
      registry
          .counter("stabbur.function.ends", project.and("function", name.text(), "reason", reason))
          .increment();
    }
  }
}

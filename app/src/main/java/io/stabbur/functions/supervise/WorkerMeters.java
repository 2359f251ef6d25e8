package io.stabbur.functions.supervise;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.stabbur.functions.deploy.FunctionName;
import jakarta.inject.Singleton;
import java.util.Locale;

/// `stabbur_function_processes`: processes that run, by project; `stabbur_function_starts_total`
/// and `stabbur_function_ends_total` by function, the latter by reason.
@Singleton
final class WorkerMeters {
  private final MeterRegistry registry;

  WorkerMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /// Counts the processes of a supervisor from now on.
  void follow(String project, Supervisor supervisor) {
    registry.gauge(
        "stabbur.function.processes", Tags.of("project", project), supervisor, Supervisor::running);
  }

  void started(FunctionName name) {
    registry.counter("stabbur.function.starts", "function", name.text()).increment();
  }

  void ended(FunctionName name, Verdict verdict) {
    registry
        .counter(
            "stabbur.function.ends",
            "function",
            name.text(),
            "reason",
            verdict.name().toLowerCase(Locale.ROOT))
        .increment();
  }
}

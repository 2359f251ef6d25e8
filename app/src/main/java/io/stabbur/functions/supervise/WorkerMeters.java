package io.stabbur.functions.supervise;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.stabbur.functions.deploy.FunctionName;
import jakarta.inject.Singleton;
import java.lang.ref.WeakReference;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/// `stabbur_function_processes`: processes that run, by project; `stabbur_function_starts_total`
/// and `stabbur_function_ends_total` by project and function, the latter by reason.
@Singleton
final class WorkerMeters {
  private final MeterRegistry registry;
  private final Map<String, AtomicReference<WeakReference<Supervisor>>> supervisors =
      new ConcurrentHashMap<>();

  WorkerMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /// What the processes of one project are counted by.
  Counts of(String project) {
    return new Counts(registry, Tags.of("project", project));
  }

  /// Counts the processes of a project's supervisor from now on; of one that is opened again, in
  /// the place of the one before.
  void follow(String project, Supervisor supervisor) {
    supervisors.computeIfAbsent(project, this::registered).set(new WeakReference<>(supervisor));
  }

  private AtomicReference<WeakReference<Supervisor>> registered(String project) {
    var place = new AtomicReference<>(new WeakReference<Supervisor>(null));
    registry.gauge(
        "stabbur.function.processes", Tags.of("project", project), place, WorkerMeters::running);
    return place;
  }

  private static double running(AtomicReference<WeakReference<Supervisor>> place) {
    var supervisor = place.get().get();
    return supervisor == null ? 0 : supervisor.running();
  }

  record Counts(MeterRegistry registry, Tags project) {

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

package io.stabbur.functions.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `stabbur_function_calls_seconds`: calls by project, function, status and the gateway's error.
@Singleton
final class InvocationMeters {
  private final MeterRegistry registry;

  InvocationMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void ended(
      String project, String function, int status, @Nullable String error, Duration duration) {
    Timer.builder("stabbur.function.calls")
        .tag("project", project)
        .tag("function", function)
        .tag("status", Integer.toString(status))
        .tag("error", error == null ? "" : error)
        .register(registry)
        .record(duration);
  }
}

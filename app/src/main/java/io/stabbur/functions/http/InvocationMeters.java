package io.stabbur.functions.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// `stabbur_function_calls_seconds`: calls by project, function, status and the gateway's error.
@Singleton
final class InvocationMeters {
  private final MeterRegistry registry;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

  private record Key(String project, String function, int status, String error) {}

  InvocationMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void ended(
      String project, String function, int status, @Nullable String error, Duration duration) {
    var key = new Key(project, function, status, error == null ? "" : error);
    var known = timers.get(key);
    // which may lock
    var timer = known == null ? timers.computeIfAbsent(key, this::timer) : known;
    timer.record(duration);
  }

  private Timer timer(Key key) {
    return Timer.builder("stabbur.function.calls")
        .tag("project", key.project)
        .tag("function", key.function)
        .tag("status", Integer.toString(key.status))
        .tag("error", key.error)
        .register(registry);
  }
}

package io.stabbur.operations.metric;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.stabbur.identity.AnsweredRequest;
import io.stabbur.identity.RequestObserver;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Requests by project, part of the product, route, method and status
/// (`stabbur_http_requests_seconds`), and their latency by project and part
/// (`stabbur_http_latency_seconds`, a histogram). Routes are templates such as `/rest/v1/{table}`,
/// so there are as many as the code has; beyond a limit, of a project and of all, further kinds
/// count as one.
@Singleton
final class RequestMeters implements RequestObserver {
  static final int MOST_KINDS = 5_000;

  /// Most kinds of one project: its functions choose what they answer.
  private static final int MOST_OF_PROJECT = MOST_KINDS / 3;

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final Duration[] LATENCIES = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(200),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private final MeterRegistry registry;
  private final Map<Kind, Timer> requests = new ConcurrentHashMap<>();
  private final Map<Part, Timer> latencies = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> kinds = new ConcurrentHashMap<>();

  RequestMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  private record Part(String project, String part) {}

  private record Kind(Part part, String route, String method, String status) {}

  @Override
  public void answered(AnsweredRequest request) {
    var part = new Part(request.project(), part(request.route()));
    var kind =
        new Kind(
            part,
            request.route().isEmpty() ? "none" : request.route(),
            METHODS.contains(request.method()) ? request.method() : "other",
            Integer.toString(request.status()));
    timer(kind).record(request.nanos(), TimeUnit.NANOSECONDS);
    latencies.computeIfAbsent(part, this::latency).record(request.nanos(), TimeUnit.NANOSECONDS);
  }

  private Timer timer(Kind kind) {
    var known = requests.get(kind);
    if (known != null) {
      return known;
    }
    var counted = hasRoom(kind) ? kind : new Kind(kind.part, "other", "other", "0");
    return requests.computeIfAbsent(counted, this::register);
  }

  private boolean hasRoom(Kind kind) {
    return requests.size() < MOST_KINDS && kinds(kind).get() < MOST_OF_PROJECT;
  }

  /// How many the project of a kind has.
  private AtomicInteger kinds(Kind kind) {
    return kinds.computeIfAbsent(kind.part.project, _ -> new AtomicInteger());
  }

  private Timer register(Kind kind) {
    kinds(kind).incrementAndGet();
    return Timer.builder("stabbur.http.requests")
        .tag("project", kind.part.project)
        .tag("part", kind.part.part)
        .tag("route", kind.route)
        .tag("method", kind.method)
        .tag("status", kind.status)
        .register(registry);
  }

  private Timer latency(Part part) {
    return Timer.builder("stabbur.http.latency")
        .tag("project", part.project)
        .tag("part", part.part)
        .serviceLevelObjectives(LATENCIES)
        .register(registry);
  }

  /// `/rest/v1/{table}` is of `rest`.
  private static String part(String route) {
    int end = route.indexOf('/', 1);
    var first = route.isEmpty() ? "" : route.substring(1, end < 0 ? route.length() : end);
    return first.isEmpty() || first.startsWith("{") ? "other" : first;
  }
}

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
  private final Map<Kind, Meters> meters = new ConcurrentHashMap<>();
  private final Map<Part, Timer> others = new ConcurrentHashMap<>();
  private final Map<Part, Timer> latencies = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> kinds = new ConcurrentHashMap<>();

  RequestMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  private record Part(String project, String part) {}

  private record Kind(String project, String route, String method, int status) {}

  /// What counts the requests of a kind.
  private record Meters(Timer requests, Timer latency) {
    void record(long nanos) {
      requests.record(nanos, TimeUnit.NANOSECONDS);
      latency.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void answered(AnsweredRequest request) {
    var method = METHODS.contains(request.method()) ? request.method() : "other";
    var kind = new Kind(request.project(), request.route(), method, request.status());
    var known = meters.get(kind);
    (known == null ? meters(kind) : known).record(request.nanos());
  }

  private Meters meters(Kind kind) {
    var part = new Part(kind.project, part(kind.route));
    var latency = latencies.computeIfAbsent(part, this::latency);
    return hasRoom(kind.project)
        ? meters.computeIfAbsent(kind, _ -> new Meters(requests(part, kind), latency))
        : new Meters(others.computeIfAbsent(part, this::other), latency);
  }

  private boolean hasRoom(String project) {
    return meters.size() < MOST_KINDS && kinds(project).get() < MOST_OF_PROJECT;
  }

  /// How many a project has.
  private AtomicInteger kinds(String project) {
    return kinds.computeIfAbsent(project, _ -> new AtomicInteger());
  }

  private Timer requests(Part part, Kind kind) {
    kinds(kind.project).incrementAndGet();
    var route = kind.route.isEmpty() ? "none" : kind.route;
    return requests(part, route, kind.method, Integer.toString(kind.status));
  }

  private Timer other(Part part) {
    return requests(part, "other", "other", "0");
  }

  private Timer requests(Part part, String route, String method, String status) {
    return Timer.builder("stabbur.http.requests")
        .tag("project", part.project)
        .tag("part", part.part)
        .tag("route", route)
        .tag("method", method)
        .tag("status", status)
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

package io.stabbur.operations.request;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stabbur.identity.AnsweredRequest;
import io.stabbur.identity.Caller;
import io.stabbur.identity.RequestObserver;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Logs the requests of each project in its database, in batches and off the way of the requests:
/// one by one those that failed and some that succeeded, the others counted by what they have in
/// common, as are those that a room logs itself. A request whose kind is new while too many kinds
/// wait is counted alone (`stabbur_request_log_dropped_total`).
@Singleton
final class RequestLog implements RequestObserver, RoomChores {
  private static final int BATCH = 2_000;
  private static final Duration EXPIRY = Duration.ofMinutes(1);
  private static final Duration LONG_EXPIRY = Duration.ofHours(1);

  private final RequestLogSettings settings;
  private final Projects projects;
  private final PerProject<Queue> queues;

  RequestLog(RequestLogSettings settings, Projects projects, MeterRegistry registry) {
    this.settings = settings;
    this.projects = projects;
    this.queues = new PerProject<>(project -> new Queue(project, settings, registry));
  }

  /// The lines of one project that wait to be written.
  private static final class Queue {
    private final ArrayBlockingQueue<RequestLine> waiting;
    private final CountedRequests counted = new CountedRequests();

    /// How many successful requests of the next batch were kept one by one.
    private final AtomicInteger single = new AtomicInteger();

    private final int mostSingle;
    private final RequestStore store;
    private final Counter dropped;

    /// What is being written; it stays after a failure.
    private final List<RequestLine> batch = new ArrayList<>();

    private volatile boolean hasGrown = true;
    private long expiredAt = System.nanoTime();

    private Queue(Project project, RequestLogSettings settings, MeterRegistry registry) {
      this.waiting = new ArrayBlockingQueue<>(settings.queue());
      this.mostSingle = settings.single();
      this.store = new RequestStore(project);
      this.dropped =
          Counter.builder("stabbur.request.log.dropped")
              .description("Requests that were not logged because too many kinds of them waited")
              .tag("project", project.name())
              .register(registry);
    }

    private void add(AnsweredRequest request) {
      var line = RequestLine.of(request, Instant.now());
      boolean isSingle = line.hasFailed() || (request.roomLog().isEmpty() && isFirst());
      if (!(isSingle && waiting.offer(line)) && !counted.add(line)) {
        dropped.increment();
      }
    }

    /// Whether fewer successful requests than the limit are in this batch already.
    private boolean isFirst() {
      return single.get() < mostSingle && single.getAndIncrement() < mostSingle;
    }

    /// Writes what waits when it is called. What comes while it writes waits for the next time:
    /// under load that never ends, and each request would become a line of its own.
    private synchronized void write() {
      single.set(0);
      int most = batch.size() + waiting.size() + counted.size();
      while (most > 0) {
        waiting.drainTo(batch, Math.min(most, BATCH) - batch.size());
        counted.drainTo(batch, Math.min(most, BATCH) - batch.size());
        if (batch.isEmpty()) {
          return;
        }
        store.write(batch);
        most -= batch.size();
        batch.clear();
        hasGrown = true;
      }
    }

    /// A project that nobody uses is left alone but once an hour.
    private synchronized void expire(RequestLogSettings settings) {
      if (hasGrown || System.nanoTime() - expiredAt > LONG_EXPIRY.toNanos()) {
        hasGrown = false;
        expiredAt = System.nanoTime();
        store.expire(Instant.now().minus(settings.age()), settings.rows());
      }
    }
  }

  @Override
  public void answered(AnsweredRequest request) {
    project(request).filter(this::isLogged).ifPresent(project -> queues.of(project).add(request));
  }

  /// A request that was refused before its caller was known has a project by name.
  private Optional<Project> project(AnsweredRequest request) {
    var of = request.caller().map(Caller::project);
    return of.isPresent() || request.project().isEmpty() ? of : projects.byName(request.project());
  }

  private boolean isLogged(Project project) {
    return settings.enabled() && project.settings().prepare();
  }

  @Override
  public List<Chore> chores(Project project) {
    if (!isLogged(project)) {
      return List.of();
    }
    // made before the project is served, and so never after its end
    var _ = queues.of(project);
    return List.of(
        Chore.every(settings.every(), "request-log", () -> write(project)),
        Chore.every(EXPIRY, "request-log-expiry", () -> expire(project)));
  }

  /// Writes all that waits.
  void write(Project project) {
    queues.of(project).write();
  }

  /// Removes what is too old or too much.
  void expire(Project project) {
    queues.of(project).expire(settings);
  }

  RequestStore store(Project project) {
    return queues.of(project).store;
  }
}

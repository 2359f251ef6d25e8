package io.stabbur.project.life;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.trace.Section;
import io.stabbur.platform.trace.Traces;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread of one chore: waits for the next run, runs, and survives whatever a run throws.
final class ChoreLoop implements Chores.Handle {
  private static final Duration FIRST_RUN = Duration.ofMinutes(1);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration SHORTEST_LIMIT = Duration.ofSeconds(30);
  private static final Duration LONGEST_LIMIT = Duration.ofMinutes(15);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
  private static final int MOST_DOUBLINGS = 20;
  private static final Duration SHORTEST_TRACED = Duration.ofSeconds(15);
  private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

  private final String project;
  private final Chore chore;
  private final ChoreLock lock;
  private final List<ChoreListener> listeners;
  private final Semaphore wakes = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;
  private int failures;

  ChoreLoop(String project, Chore chore, ChoreLock lock, List<ChoreListener> listeners) {
    this.project = project;
    this.chore = chore;
    this.lock = lock;
    this.listeners = listeners;
    this.thread =
        Thread.ofVirtual()
            .name("chore " + chore.name() + " of project " + project)
            .unstarted(this::loop);
  }

  void start() {
    thread.start();
  }

  @Override
  public void wake() {
    wakes.release();
  }

  @Override
  public void close() {
    stop();
    awaitEnd(STOP_LIMIT);
  }

  /// Interrupts a run under way; on a virtual thread that also ends a read from a socket.
  void stop() {
    closed = true;
    thread.interrupt();
  }

  void awaitEnd(Duration limit) {
    try {
      if (limit.isPositive() && !thread.join(limit)) {
        LOG.warn("Chore {} of project {} does not stop", chore.name(), project);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    var pause = chore.every() == null ? null : shorter(chore.every(), FIRST_RUN);
    while (!closed) {
      try {
        await(pause);
        run();
        pause = failures == 0 ? chore.every() : backOff();
      } catch (InterruptedException _) {
        // not from close() when the loop goes on: some work left its thread interrupted
      }
    }
  }

  /// Waits for a wake, at most for `pause` if there is one, and then for further wakes.
  private void await(@Nullable Duration pause) throws InterruptedException {
    if (pause == null) {
      wakes.acquire();
    } else if (!wakes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      return;
    }
    Thread.sleep(chore.gather());
    wakes.drainPermits();
  }

  private void run() {
    try {
      work();
      succeeded();
    } catch (SkippedRun e) {
      skipped(e);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  private void work() {
    try (var span = span()) {
      try {
        switch (chore.replicas()) {
          case EACH -> chore.work().run();
          case ONE_AT_A_TIME -> lock.runAlone(chore);
        }
      } catch (SkippedRun e) {
        throw e;
      } catch (RuntimeException | Error e) {
        span.fail(e.getClass().getSimpleName());
        throw e;
      }
    }
  }

  /// Of those that look each few seconds whether something is to be done there would be more spans
  /// than of requests.
  private Section span() {
    var every = chore.every();
    return every != null && every.compareTo(SHORTEST_TRACED) < 0
        ? Section.NONE
        : Traces.work("chore " + chore.name()).put("stabbur.project", project);
  }

  private void succeeded() {
    if (failures > 0) {
      LOG.info("Chore {} of project {} succeeded again", chore.name(), project);
    }
    failures = 0;
    tell(listener -> listener.succeeded(project, chore.name()));
  }

  private void skipped(SkippedRun skipped) {
    LOG.debug("Chore {} of project {} skipped: {}", chore.name(), project, skipped.getMessage());
    failures = 0;
    tell(listener -> listener.skipped(project, chore.name()));
  }

  private void failed(Throwable failure) {
    if (closed) {
      return; // interrupted by close()
    }
    failures++;
    log(failure);
    tell(listener -> listener.failed(project, chore.name(), failures));
  }

  private void tell(Consumer<ChoreListener> event) {
    for (var listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        LOG.error("A listener of chores failed: {}", String.valueOf(e));
      }
    }
  }

  /// The stack trace of an unexpected failure is logged once.
  private void log(Throwable failure) {
    var wait = backOff().toSeconds();
    if (failure instanceof ApiException expected) {
      LOG.warn(
          "Chore {} of project {} failed ({} in a row), next try within {} s: {}",
          chore.name(),
          project,
          failures,
          wait,
          expected.error());
    } else {
      LOG.error(
          "Chore {} of project {} failed ({} in a row), next try within {} s: {}",
          chore.name(),
          project,
          failures,
          wait,
          String.valueOf(failure),
          failures == 1 ? failure : null);
    }
  }

  private Duration backOff() {
    var every = chore.every();
    var most = every == null ? SHORTEST_LIMIT : longer(every, SHORTEST_LIMIT);
    var wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    return shorter(wait, shorter(most, LONGEST_LIMIT));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}

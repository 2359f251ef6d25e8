package io.stabbur.project;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.StartFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The projects of the configuration that did not open. Each is retried on a thread of its own with
/// back-off, sooner when a request asks for it: a database that comes back is served without a
/// restart of the process. A request waits a little for the retry and is refused with 503 else.
final class LeftOutProjects implements AutoCloseable {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /// What a person must mend is retried less often: an attempt may run migrations.
  private static final Duration MISTAKE = Duration.ofMinutes(5);

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(LeftOutProjects.class);

  private final Consumer<ProjectSettings> opener;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  /// @param opener opens a project and serves it, or fails
  LeftOutProjects(Consumer<ProjectSettings> opener) {
    this.opener = opener;
  }

  /// One of them, and the thread that retries it.
  private final class Entry {
    private final ProjectSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private volatile RuntimeException failure;
    private long failedAt = System.nanoTime();
    private int failures = 1;
    private boolean isAsked;
    private boolean isOpen;

    private Entry(ProjectSettings settings, RuntimeException failure) {
      this.settings = settings;
      this.failure = failure;
      this.thread = Thread.ofVirtual().name("left out " + settings.name()).unstarted(this::run);
    }

    private void run() {
      try {
        while (!isOpen) {
          awaitTurn();
          attempt();
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    /// Until the back-off is over, or a request asks once a short pause is over.
    private void awaitTurn() throws InterruptedException {
      lock.lock();
      try {
        while (untilTurn() > 0) {
          changed.await(untilTurn(), TimeUnit.NANOSECONDS);
        }
        isAsked = false;
      } finally {
        lock.unlock();
      }
    }

    private long untilTurn() {
      var pause = isAsked ? soonest(failure) : backOff(failure, failures);
      return failedAt + pause.toNanos() - System.nanoTime();
    }

    private void attempt() throws InterruptedException {
      try {
        opener.accept(settings);
        LOG.info("Project {} is open now and is served.", settings.name());
        entries.remove(settings.name());
        ended(null);
      } catch (RuntimeException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LOG.warn("Project {} still does not open: {}", settings.name(), reason(e));
        ended(e);
      } catch (OutOfMemoryError e) {
        ended(new IllegalStateException("There is no memory or no thread for it", e));
      }
    }

    private void ended(@Nullable RuntimeException failed) {
      lock.lock();
      try {
        if (failed == null) {
          isOpen = true;
        } else {
          failure = failed;
          failures++;
          failedAt = System.nanoTime();
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /// Has it retried soon.
    void ask() {
      lock.lock();
      try {
        isAsked = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /// Waits for a retry a little.
    void awaitOpen() {
      lock.lock();
      try {
        isAsked = true;
        changed.signalAll();
        long left = PATIENCE.toNanos();
        int before = failures;
        while (!isOpen && failures == before && left > 0) {
          left = changed.awaitNanos(left);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } finally {
        lock.unlock();
      }
    }
  }

  private static Duration soonest(RuntimeException failure) {
    return isPassing(failure) ? FIRST : LONGEST;
  }

  private static Duration backOff(RuntimeException failure, int failures) {
    if (!isPassing(failure)) {
      return MISTAKE;
    }
    var doubled = FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
    return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
  }

  /// Whether waiting may help.
  static boolean isPassing(RuntimeException failure) {
    return switch (failure) {
      case StartFailure start -> start.isPassing();
      case ApiException api ->
          api.error() instanceof Failure.Unavailable
              || api.error() instanceof Failure.Busy
              || api.error() instanceof Failure.Timeout;
      default -> false;
    };
  }

  /// Why a project does not open, in one sentence.
  static String reason(RuntimeException failure) {
    return failure instanceof ApiException api
        ? api.error().toString()
        : String.valueOf(failure.getMessage());
  }

  /// Leaves a project out and begins to retry it.
  void add(ProjectSettings settings, RuntimeException failure) {
    var entry = new Entry(settings, failure);
    entries.put(settings.name(), entry);
    entry.thread.start();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /// Why each does not open, by its name.
  Map<String, RuntimeException> failures() {
    return entries.values().stream()
        .collect(Collectors.toMap(entry -> entry.settings.name(), entry -> entry.failure));
  }

  /// Refuses a project that has a host of one of them.
  void requireUnclaimed(ProjectSettings settings) {
    for (var host : settings.hosts()) {
      if (claiming(host).isPresent()) {
        throw new StartFailure(
            "Two projects claim the host %s; give it to one of them.".formatted(host));
      }
    }
  }

  /// Whether a host belongs to one of them.
  boolean claims(@Nullable String host) {
    return claiming(host).isPresent();
  }

  private Optional<Entry> claiming(@Nullable String host) {
    return host == null
        ? Optional.empty()
        : entries.values().stream()
            .filter(entry -> entry.settings.hosts().stream().anyMatch(host::equalsIgnoreCase))
            .findFirst();
  }

  /// Waits a little until the project of a host is open.
  void awaitHost(@Nullable String host) {
    claiming(host).ifPresent(Entry::awaitOpen);
  }

  /// Waits a little until one of them is open.
  void awaitAny() {
    entries.values().stream().findFirst().ifPresent(Entry::awaitOpen);
  }

  /// Has all of them retried soon.
  void askAll() {
    entries.values().forEach(Entry::ask);
  }

  /// Ends the retries.
  @Override
  public void close() {
    List.copyOf(entries.values()).forEach(entry -> entry.thread.interrupt());
  }
}

package io.stabbur.functions.supervise;

import io.stabbur.functions.deploy.Deployment;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The processes of one version of a function. A request gets the process with the fewest requests;
/// where all have many, or one piece of work keeps their event loops, another process is started
/// beside them. Nothing is routed to a process that is being retired.
final class Pool {
  private static final Duration STABLE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final int FREE_FAILURES = 2;

  /// With this part of the most requests in each process, another process is started.
  private static final int CROWDED_PART = 8;

  private final Deployment deployment;
  private final Limits limits;
  private final Starter starter;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Worker> workers = new ArrayList<>();
  private int starting;
  private int failures;
  private long notBefore = System.nanoTime();
  private @Nullable RuntimeException refusal;
  private boolean isClosed;

  /// @param processes most processes of the function
  /// @param requests most requests in one process
  record Limits(int processes, int requests) {}

  /// Starts a process in the background and tells the pool of the outcome.
  interface Starter {
    void start(Pool pool);
  }

  Pool(Deployment deployment, Limits limits, Starter starter) {
    this.deployment = deployment;
    this.limits = limits;
    this.starter = starter;
  }

  Deployment deployment() {
    return deployment;
  }

  /// A process for one more request, if there is one now.
  @Nullable Worker tryTake() {
    lock.lock();
    try {
      var best = best();
      if (best != null && (best.isBusy() || best.inFlight() >= crowd())) {
        grow();
      }
      if (best == null || best.inFlight() >= limits.requests()) {
        return null;
      }
      best.enter();
      return best;
    } finally {
      lock.unlock();
    }
  }

  private int crowd() {
    return Math.max(1, limits.requests() / CROWDED_PART);
  }

  /// Waits for a process.
  ///
  /// @throws ApiException with [FunctionError.BootFailed] when none can be started, with
  ///   [Failure.Busy] when all are full until the end
  Worker take(Duration patience) {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (true) {
        var worker = tryTake();
        if (worker != null) {
          return worker;
        }
        requireStartable();
        grow();
        if (left <= 0) {
          throw new ApiException(new Failure.Busy("No process of the function became free"));
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(new Failure.Busy("The request was interrupted"));
    } finally {
      lock.unlock();
    }
  }

  private void requireStartable() {
    if (isClosed) {
      throw new Replaced();
    }
    var reason = refusal;
    if (reason != null && workers.isEmpty() && System.nanoTime() - notBefore < 0) {
      throw reason;
    }
  }

  /// Starts another process unless there are enough, or one is just starting.
  private void grow() {
    boolean paused = System.nanoTime() - notBefore < 0;
    if (starting > 0 || isClosed || paused || workers.size() >= limits.processes()) {
      return;
    }
    starting++;
    starter.start(this);
  }

  private @Nullable Worker best() {
    Worker best = null;
    for (var worker : workers) {
      if (worker.isServing() && (best == null || isBetter(worker, best))) {
        best = worker;
      }
    }
    return best;
  }

  private static boolean isBetter(Worker one, Worker other) {
    return one.isBusy() == other.isBusy() ? one.inFlight() < other.inFlight() : other.isBusy();
  }

  void leave(Worker worker) {
    lock.lock();
    try {
      worker.leave();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// A process serves from now on.
  void add(Worker worker) {
    lock.lock();
    try {
      starting--;
      if (isClosed) {
        worker.retiring();
      }
      workers.add(worker);
      refusal = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// A process could not be started. The next attempt waits the longer the more have failed.
  void failed(RuntimeException reason) {
    lock.lock();
    try {
      starting--;
      refusal = reason;
      pause();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// A process has ended.
  void remove(Worker worker, Verdict verdict) {
    lock.lock();
    try {
      workers.remove(worker);
      boolean early = worker.age(System.nanoTime()).compareTo(STABLE) < 0;
      if (verdict == Verdict.CRASH && early) {
        refusal = new ApiException(new FunctionError.BootFailed());
        failures++;
        if (failures > FREE_FAILURES) {
          pause();
        }
      } else if (verdict != Verdict.CRASH) {
        failures = 0;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void pause() {
    failures++;
    long millis = Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(failures, 12));
    notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /// Takes the process out of the routing.
  void retire(Worker worker) {
    lock.lock();
    try {
      worker.retiring();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Takes all processes out of the routing; nothing is started any more.
  void close() {
    lock.lock();
    try {
      isClosed = true;
      workers.forEach(Worker::retiring);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<Worker> workers() {
    lock.lock();
    try {
      return List.copyOf(workers);
    } finally {
      lock.unlock();
    }
  }

  /// Whether nothing is left of it.
  boolean isOver() {
    lock.lock();
    try {
      return isClosed && workers.isEmpty() && starting == 0;
    } finally {
      lock.unlock();
    }
  }

  /// Another version has taken its place: the request belongs there.
  static final class Replaced extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Replaced() {
      super("another version has taken its place", null, false, false);
    }
  }
}

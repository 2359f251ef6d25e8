package io.stabbur.functions.supervise;

import io.stabbur.functions.settings.FunctionsSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the processes of one project twenty times a second while there are any, those that are
/// just starting among them: ends those that use too much memory, processor time or space for
/// temporary files, lets those that compute give way to others, and retires those that are old,
/// unused, calm after they gave way, or were started with other variables.
final class ResourceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceWatch.class);
  private static final Duration PERIOD = Duration.ofMillis(50);
  private static final int SLOW_PERIODS = 10;

  /// After so much processor time without progress, others get another process.
  private static final int BUSY_MILLIS = 100;

  private static final long MEGABYTE = 1024 * 1024;

  /// What Deno takes itself, beside the heap of the function.
  private static final int DENO_MEGABYTES = 64;

  private final FunctionsSettings settings;
  private final Supervisor supervisor;
  private final Map<Worker, ProcessorUse> seen = new HashMap<>();
  private @Nullable Thread thread;
  private volatile boolean isClosed;
  private long round;
  private String variables = "";

  ResourceWatch(FunctionsSettings settings, Supervisor supervisor) {
    this.settings = settings;
    this.supervisor = supervisor;
  }

  /// Begins to watch, if it does not yet.
  synchronized void start() {
    if (thread == null && !isClosed) {
      thread = Thread.ofPlatform().daemon().name("functions-watch").start(this::loop);
    }
  }

  private void loop() {
    while (!isClosed) {
      try {
        Thread.sleep(PERIOD);
        look();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("The watch of functions failed: {}", e.toString());
      }
    }
  }

  private void look() {
    round++;
    boolean slow = round % SLOW_PERIODS == 0;
    if (slow) {
      variables = supervisor.variablesVersion();
    }
    var alive = new HashSet<Worker>();
    supervisor.eachWorker(
        (pool, worker) -> {
          alive.add(worker);
          if (slow || worker.inFlight() > 0) {
            judge(worker);
          }
          if (slow) {
            var _ = requireRoom(worker);
          }
          long now = System.nanoTime();
          for (var request : worker.requests()) {
            if (request.check(now)) {
              pool.retire(worker);
            }
          }
          retire(pool, worker, now);
        });
    supervisor.eachBooting(
        worker -> {
          alive.add(worker);
          if (requireRoom(worker)) {
            requireSmall(worker, Usage.of(worker.started().process().pid()).orElse(null));
          }
        });
    seen.keySet().retainAll(alive);
  }

  private void judge(Worker worker) {
    var usage = Usage.of(worker.started().process().pid()).orElse(null);
    if (usage == null || !requireSmall(worker, usage)) {
      return;
    }
    long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    long cpu = usage.cpuMillis();
    long progress = worker.progress();
    long responses = worker.responses();
    long turn = worker.inFlight() > 0 ? worker.turn() : 0;
    var use =
        seen.computeIfAbsent(worker, _ -> new ProcessorUse(now, cpu, progress, responses, turn));
    use.look(now, cpu, progress, responses, turn);
    if (use.isHeavy() && !worker.givesWay()) {
      // it would hold up the processes of others, of which there are more than processors
      worker.giveWay();
    }
    worker.busy(use.withoutProgress() >= BUSY_MILLIS, progress);
    if (use.withoutProgress() > settings.cpuTime().toMillis()) {
      worker.kill(Verdict.CPU);
    }
  }

  /// Ends a process that uses too much memory; whether it may go on.
  private boolean requireSmall(Worker worker, @Nullable Usage usage) {
    boolean isSmall =
        usage == null || usage.residentBytes() <= (settings.memory() + DENO_MEGABYTES) * MEGABYTE;
    if (!isSmall) {
      worker.kill(Verdict.MEMORY);
    }
    return isSmall;
  }

  /// Ends a process that keeps too much in its temporary folder; whether it may go on.
  private boolean requireRoom(Worker worker) {
    boolean hasRoom =
        !TemporaryFiles.exceed(worker.started().temporary(), settings.temporary() * MEGABYTE);
    if (!hasRoom) {
      worker.kill(Verdict.FILES);
    }
    return hasRoom;
  }

  private void retire(Pool pool, Worker worker, long now) {
    var age = worker.age(now);
    if (worker.isServing() && mustGo(worker, age, now)) {
      pool.retire(worker);
    }
    if (worker.isRetiring() && worker.isReady()) {
      if (worker.inFlight() == 0 && !worker.isUnloading()) {
        worker.unload(
            age.compareTo(settings.wallClock()) >= 0 ? Verdict.WALL_CLOCK : Verdict.RETIRED);
      } else if (worker.isOverdue(now, settings.wallClock())) {
        worker.kill(Verdict.WALL_CLOCK);
      }
    }
  }

  private boolean mustGo(Worker worker, Duration age, long now) {
    var use = seen.get(worker);
    // niceness cannot be taken back; a process that serves a stream would keep a place for long
    boolean gaveWay = worker.givesWay() && worker.inFlight() == 0 && use != null && use.isCalm();
    return gaveWay
        || age.compareTo(settings.wallClock()) >= 0
        || worker.idle(now).compareTo(settings.idleAfter()) >= 0
        || (!variables.isEmpty() && !worker.environment().equals(variables));
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}

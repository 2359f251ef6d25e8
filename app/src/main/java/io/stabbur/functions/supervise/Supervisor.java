package io.stabbur.functions.supervise;

import io.stabbur.functions.deploy.Deployment;
import io.stabbur.functions.deploy.FunctionName;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.functions.log.LogSink;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.share.Terms;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The processes of all functions of one project.
///
/// A process is started by the first request, reused by many at a time, replaced when it is old,
/// when its variables change or when another version takes its place, and ended when it is unused.
/// Functions share the number of processes fairly; an unused process of one makes room for another.
public final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  private static final int REHEARSED_LINES = 100;
  private static final int LONGEST_LINE = 500;
  private static final Duration LONGEST_END = Duration.ofSeconds(2);

  /// How long a function may go on loading after it has begun to serve, at its deployment.
  private static final Duration LONGEST_LOADING = Duration.ofSeconds(2);

  private final FunctionsSettings settings;
  private final Launch launch;
  private final Environment environment;
  private final LogSink log;
  private final WorkerMeters.Counts meters;
  private final FairShare processes;
  private final Map<FunctionName, Pool> pools = new ConcurrentHashMap<>();
  private final Set<Pool> former = ConcurrentHashMap.newKeySet();
  private final Set<Worker> booting = ConcurrentHashMap.newKeySet();
  private final ResourceWatch watch;
  private volatile boolean isClosed;

  Supervisor(
      FunctionsSettings settings,
      Launch launch,
      Environment environment,
      LogSink log,
      WorkerMeters.Counts meters) {
    this.settings = settings;
    this.launch = launch;
    this.environment = environment;
    this.log = log;
    this.meters = meters;
    this.processes =
        new FairShare(Terms.thirds(settings.processes(), "All processes of functions are in use"));
    this.watch = new ResourceWatch(settings, this);
  }

  /// A place in a process that runs, if there is one; null where one must be waited for.
  public @Nullable Seat trySeat(Deployment deployment) {
    var pool = pools.get(deployment.name());
    if (pool == null || !pool.deployment().isSameCode(deployment)) {
      return null;
    }
    var worker = pool.tryTake();
    return worker == null ? null : new Seat(pool, worker);
  }

  /// A place in a process, which may have to be started; waits.
  ///
  /// @throws ApiException with a [FunctionError], or with [Failure.Busy]
  ///
  /// @param current the version to be used; asked again when it was replaced meanwhile
  public Seat seat(Supplier<Deployment> current) {
    while (true) {
      var pool = pool(current.get());
      try {
        return new Seat(pool, pool.take(settings.queueTimeout()));
      } catch (Pool.Replaced e) {
        if (isClosed) {
          throw new ApiException(new Failure.Unavailable("The server is stopping"));
        }
      }
    }
  }

  private synchronized Pool pool(Deployment deployment) {
    var known = pools.get(deployment.name());
    if (known != null && known.deployment().isSameCode(deployment)) {
      return known;
    }
    var limits = new Pool.Limits(settings.processesPerFunction(), settings.requestsPerProcess());
    var made = new Pool(deployment, limits, this::start);
    pools.put(deployment.name(), made);
    if (known != null) {
      former.add(known);
      known.close();
    }
    return made;
  }

  private void start(Pool pool) {
    var name = "function " + pool.deployment().name();
    var _ = Thread.ofVirtual().name(name).start(() -> run(pool));
  }

  /// From the start of a process to its end.
  private void run(Pool pool) {
    FairShare.Permit permit;
    Worker worker;
    try {
      permit = permit(pool);
    } catch (RuntimeException e) {
      pool.failed(e);
      return;
    }
    try (permit) {
      try {
        worker = launched(pool);
      } catch (RuntimeException e) {
        meters.ended(pool.deployment().name(), Verdict.BOOT);
        pool.failed(e);
        return;
      }
      var verdict = worker.awaitEnd();
      meters.ended(pool.deployment().name(), verdict);
      pool.remove(worker, verdict);
    }
  }

  private FairShare.Permit permit(Pool pool) {
    var share = Share.of(Share.Lane.USER, pool.deployment().name().text());
    return processes
        .tryAcquire(share, 1)
        .orElseGet(
            () -> {
              endLongestUnused();
              return processes.acquire(share, 1, settings.queueTimeout());
            });
  }

  private void endLongestUnused() {
    long now = System.nanoTime();
    Pool from = null;
    Worker longest = null;
    for (var pool : pools.values()) {
      for (var worker : pool.workers()) {
        boolean free = worker.isServing() && worker.inFlight() == 0;
        if (free && (longest == null || worker.idle(now).compareTo(longest.idle(now)) > 0)) {
          from = pool;
          longest = worker;
        }
      }
    }
    if (from != null && longest != null) {
      from.retire(longest);
    }
  }

  /// Starts a process and waits until it serves.
  private Worker launched(Pool pool) {
    var variables = environment.now();
    var deployment = pool.deployment();
    var worker = begun(deployment, variables);
    try {
      var secrets = new SecretMask(variables.values());
      var output = new WorkerOutput(worker, deployment, log, settings.logRate(), secrets);
      output.start();
      if (!output.awaitReady(settings.bootTimeout())) {
        endBoot(worker, output);
        LOG.warn("Function {} version {} did not start", deployment.name(), deployment.version());
        throw new ApiException(new FunctionError.BootFailed());
      }
      worker.ready();
      pool.add(worker);
    } finally {
      booting.remove(worker);
    }
    meters.started(deployment.name());
    return worker;
  }

  /// A process that does not serve yet: watched, and ended with this supervisor.
  private Worker begun(Deployment deployment, Environment.Variables variables) {
    if (isClosed) {
      throw new ApiException(new Failure.Unavailable("The server is stopping"));
    }
    try {
      var started = launch.start(deployment, variables.values());
      var worker = new Worker(started, variables.version());
      booting.add(worker);
      watch.start();
      if (isClosed) {
        worker.kill(Verdict.BOOT);
      }
      return worker;
    } catch (IOException e) {
      LOG.error("No process can be started for functions: {}", e.toString());
      throw new ApiException(new FunctionError.BootFailed());
    }
  }

  private static void endBoot(Worker worker, WorkerOutput output) {
    worker.kill(Verdict.BOOT);
    worker.awaitEnd();
    output.awaitEnd();
  }

  /// Starts a version once, to see whether it can be loaded. What V8 compiles of it is in the cache
  /// of the version then, where its first call finds it.
  ///
  /// @return what it wrote, where it cannot
  public Optional<String> rehearse(Deployment deployment) {
    var lines = Collections.synchronizedList(new ArrayList<String>());
    var variables = environment.now();
    var worker = begun(deployment, variables);
    try {
      var output =
          new WorkerOutput(
              worker,
              deployment,
              line -> lines.add(shortened(line.message())),
              REHEARSED_LINES,
              new SecretMask(variables.values()));
      output.start();
      boolean serves = output.awaitReady(settings.bootTimeout());
      if (serves) {
        output.awaitLoaded(LONGEST_LOADING);
      }
      endBoot(worker, output);
      return serves ? Optional.empty() : Optional.of(String.join("\n", lines));
    } finally {
      booting.remove(worker);
    }
  }

  private static String shortened(String line) {
    return line.substring(0, Math.min(line.length(), LONGEST_LINE));
  }

  /// All processes that run, with their pools.
  void eachWorker(BiConsumer<Pool, Worker> visitor) {
    former.removeIf(Pool::isOver);
    for (var all : List.of(pools.values(), former)) {
      for (var pool : all) {
        pool.workers().forEach(worker -> visitor.accept(pool, worker));
      }
    }
  }

  /// All processes that do not serve yet.
  void eachBooting(Consumer<Worker> visitor) {
    booting.forEach(visitor);
  }

  String variablesVersion() {
    return environment.now().version();
  }

  /// Processes that run now.
  public int running() {
    int[] count = {0};
    eachWorker((_, _) -> count[0]++);
    return count[0];
  }

  /// Processes of one function that run now.
  public int running(String function) {
    int[] count = {0};
    eachWorker((pool, _) -> count[0] += pool.deployment().name().text().equals(function) ? 1 : 0);
    return count[0];
  }

  /// Ends all processes, and waits for that.
  @Override
  public void close() {
    isClosed = true;
    watch.close();
    pools.values().forEach(Pool::close);
    eachWorker((_, worker) -> worker.kill(Verdict.RETIRED));
    eachBooting(worker -> worker.kill(Verdict.BOOT));
    eachWorker((_, worker) -> awaitEnd(worker));
    eachBooting(Supervisor::awaitEnd);
  }

  private static void awaitEnd(Worker worker) {
    var _ =
        worker
            .ended()
            .completeOnTimeout(Verdict.RETIRED, LONGEST_END.toSeconds(), TimeUnit.SECONDS)
            .join();
  }
}

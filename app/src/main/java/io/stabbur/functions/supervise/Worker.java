package io.stabbur.functions.supervise;

import io.stabbur.platform.http.proxy.LocalServer;
import io.stabbur.platform.share.GivingWay;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One Deno process that serves one version of a function. Its requests are counted by the [Pool],
/// under the pool's lock; everything else may be asked from any thread.
public final class Worker {
  private static final long NEVER = -1;

  /// A heap that is full ends the process with SIGTRAP.
  private static final int HEAP_EXHAUSTED = 128 + 5;

  private final Launch.Started started;
  private final String environment;
  private final LocalServer server;
  private final long startedAt = System.nanoTime();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong progress = new AtomicLong();
  private final AtomicLong responses = new AtomicLong();
  private final AtomicLong turn = new AtomicLong();
  private final Set<Overdue> requests = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Verdict> ended = new CompletableFuture<>();
  private volatile long idleSince = System.nanoTime();
  private volatile @Nullable Verdict verdict;
  private volatile boolean isReady;
  private volatile boolean isRetiring;
  private volatile long retiringSince;
  private volatile long busyAt = NEVER;
  private volatile boolean givesWay;

  /// A request under way, asked now and then whether it has taken too long.
  public interface Overdue {
    /// Ends the request if its time is over at `now`, on the clock of [System#nanoTime].
    ///
    /// @return whether the process should be replaced
    boolean check(long now);
  }

  Worker(Launch.Started started, String environment) {
    this.started = started;
    this.environment = environment;
    this.server = new LocalServer(started.socket());
  }

  /// Where its requests are sent.
  public LocalServer server() {
    return server;
  }

  /// A piece of a response arrived, so its event loop turns.
  public void progressed() {
    progress.incrementAndGet();
  }

  /// A response began.
  public void answered() {
    responses.incrementAndGet();
    progressed();
  }

  public void watch(Overdue request) {
    requests.add(request);
  }

  public void unwatch(Overdue request) {
    requests.remove(request);
  }

  /// How the process ended, once it has.
  public CompletableFuture<Verdict> ended() {
    return ended;
  }

  Launch.Started started() {
    return started;
  }

  /// The version of the variables it was started with.
  String environment() {
    return environment;
  }

  long progress() {
    return progress.get();
  }

  long responses() {
    return responses.get();
  }

  Set<Overdue> requests() {
    return requests;
  }

  boolean isServing() {
    return isReady && !isRetiring && verdict == null && !ended.isDone();
  }

  boolean isReady() {
    return isReady;
  }

  void ready() {
    isReady = true;
    idleSince = System.nanoTime();
  }

  /// Whether one piece of work has kept its event loop for a while, and still does: no response has
  /// made progress since that was seen.
  boolean isBusy() {
    return busyAt == progress.get();
  }

  /// Tells whether one piece of work has kept its event loop.
  ///
  /// @param seen what [#progress] was then
  void busy(boolean now, long seen) {
    busyAt = now ? seen : NEVER;
  }

  /// Ends the process if one piece of work keeps its event loop and nobody else waits for it;
  /// whether it did. It gets no more requests by then.
  boolean endIfAloneAndBusy() {
    boolean ends = isBusy() && inFlight.get() <= 1;
    if (ends) {
      kill(Verdict.CPU);
    }
    return ends;
  }

  /// Whether others get a processor before it.
  boolean givesWay() {
    return givesWay;
  }

  void giveWay() {
    givesWay = true;
    GivingWay.process(started.process().pid());
  }

  boolean isRetiring() {
    return isRetiring;
  }

  void retiring() {
    if (!isRetiring) {
      retiringSince = System.nanoTime();
      isRetiring = true;
    }
  }

  /// Whether it was told to end.
  boolean isUnloading() {
    return verdict != null;
  }

  /// Whether it has been retired for too long: requests or background work do not end.
  boolean isOverdue(long now, Duration limit) {
    return isRetiring && now - retiringSince > limit.toNanos();
  }

  int inFlight() {
    return inFlight.get();
  }

  /// A count that rises when a request comes to a process that had none.
  long turn() {
    return turn.get();
  }

  void enter() {
    if (inFlight.getAndIncrement() == 0) {
      turn.incrementAndGet();
    }
  }

  void leave() {
    if (inFlight.decrementAndGet() == 0) {
      idleSince = System.nanoTime();
    }
  }

  Duration age(long now) {
    return Duration.ofNanos(now - startedAt);
  }

  /// How long it has had nothing to do.
  Duration idle(long now) {
    return inFlight.get() > 0 ? Duration.ZERO : Duration.ofNanos(now - idleSince);
  }

  /// Lets the process end by itself after its background work.
  void unload(Verdict reason) {
    verdict = reason;
    server.close();
    tell("retire " + reason.reason());
  }

  /// Ends the process at once; listeners of `beforeunload` have a moment if its event loop turns.
  void kill(Verdict reason) {
    if (verdict == null || verdict == Verdict.RETIRED) {
      verdict = reason;
    }
    started.process().destroyForcibly();
  }

  /// Asks the process to tell when the function is loaded.
  void askLoaded() {
    tell("loaded");
  }

  /// Announces the end to listeners of `beforeunload`.
  void announce(Verdict reason) {
    tell("unload " + reason.reason());
  }

  private void tell(String line) {
    try {
      var input = started.process().getOutputStream();
      input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      // it has ended already
    }
  }

  /// Waits for the end of the process, removes what it left, and says how it ended.
  Verdict awaitEnd() {
    int code = exitCode();
    server.close();
    ProcessHome.delete(started.folder());
    var known = verdict;
    var found = known != null ? known : judge(code);
    ended.complete(found);
    return found;
  }

  private Verdict judge(int code) {
    if (code == HEAP_EXHAUSTED || code == 128 + 9) {
      return Verdict.MEMORY;
    }
    return isReady ? Verdict.CRASH : Verdict.BOOT;
  }

  private int exitCode() {
    while (true) {
      try {
        if (started.process().waitFor(1, TimeUnit.DAYS)) {
          return started.process().exitValue();
        }
      } catch (InterruptedException e) {
        started.process().destroyForcibly();
      }
    }
  }

  @Override
  public String toString() {
    return "Worker[" + started.process().pid() + "]";
  }
}

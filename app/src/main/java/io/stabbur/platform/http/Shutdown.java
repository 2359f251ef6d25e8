package io.stabbur.platform.http;

import io.micronaut.context.BeanProvider;
import io.micronaut.runtime.graceful.GracefulShutdownManager;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends a process so that no request fails: readiness is down and answers close their connections,
/// which a load balancer is given time to notice; sockets are closed; no connection is accepted any
/// more; and what is under way is answered, all in a bounded time. What is left then is cut off.
@Singleton
public final class Shutdown {
  private static final Duration LOOK = Duration.ofMillis(20);

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private final ShutdownSettings settings;
  private final BeanProvider<ShutdownStep> steps;
  private final Traffic traffic;
  private final BeanProvider<GracefulShutdownManager> server;
  private volatile boolean begun;

  /// When what can be ended early is ended, in nanoseconds of the system's clock.
  private volatile long soon;

  Shutdown(
      ShutdownSettings settings,
      BeanProvider<ShutdownStep> steps,
      Traffic traffic,
      BeanProvider<GracefulShutdownManager> server) {
    this.settings = settings;
    this.steps = steps;
    this.traffic = traffic;
    this.server = server;
  }

  /// Whether the process is going.
  public boolean hasBegun() {
    return begun;
  }

  /// Whether half of the time for what is under way has passed: what a client can go on with
  /// elsewhere ends with what there is.
  public boolean endsSoon() {
    return begun && System.nanoTime() - soon > 0;
  }

  /// Waits until the process may end.
  public void run() {
    soon = System.nanoTime() + settings.delay().plus(settings.limit().dividedBy(2)).toNanos();
    begun = true;
    try {
      Thread.sleep(settings.delay());
      long limit = System.nanoTime() + settings.limit().toNanos();
      for (var step : steps) {
        step.run(settings.limit().dividedBy(2));
      }
      awaitAnswers(limit);
      endServer(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// No connection is accepted after this; the last requests are answered.
  private void endServer(long limit) throws InterruptedException {
    try {
      server
          .get()
          .shutdownGracefully()
          .toCompletableFuture()
          .get(Math.max(limit - System.nanoTime(), 0L), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("{} requests are cut off by the end of the process", traffic.inFlight());
    }
  }

  private void awaitAnswers(long limit) throws InterruptedException {
    while (traffic.inFlight() > 0 && System.nanoTime() < limit) {
      Thread.sleep(LOOK);
    }
  }
}

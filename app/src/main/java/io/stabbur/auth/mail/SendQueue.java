package io.stabbur.auth.mail;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is sent after the answer, one after the other. Bounded: when mail servers are slower than
/// those who ask, requests are refused before anybody is looked up. What waits when the process is
/// killed is lost; the person asks again.
@Singleton
final class SendQueue {
  private static final Logger LOG = LoggerFactory.getLogger(SendQueue.class);
  private static final int MOST = 1000;
  private static final int SPARE = 50;
  private final ThreadPoolExecutor worker =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST),
          Thread.ofPlatform().name("delivery").daemon().factory());

  /// Refuses while nearly too much waits.
  void requireRoom() {
    if (worker.getQueue().remainingCapacity() < SPARE) {
      throw new ApiException(new Failure.Busy("Too much waits to be sent"));
    }
  }

  void add(Runnable work) {
    try {
      worker.execute(() -> run(work));
    } catch (RejectedExecutionException _) {
      LOG.warn("Something could not be sent: too much waits, or the server is stopping");
    }
  }

  private static void run(Runnable work) {
    try {
      work.run();
    } catch (ApiException e) {
      LOG.warn("Mail or SMS delivery failed: {}", e.error());
    } catch (RuntimeException e) {
      LOG.error("Mail or SMS delivery failed", e);
    }
  }

  /// What waits is sent before the server ends, if that takes no longer than this.
  @PreDestroy
  void close() throws InterruptedException {
    worker.shutdown();
    if (!worker.awaitTermination(10, TimeUnit.SECONDS)) {
      worker.shutdownNow();
    }
  }
}

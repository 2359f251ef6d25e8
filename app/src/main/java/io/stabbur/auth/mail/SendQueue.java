package io.stabbur.auth.mail;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.share.Terms;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is sent after the answer, one after the other; callers take turns. Bounded: when mail
/// servers are slower than those who ask, requests are refused before anybody is looked up, those
/// of a caller who asks for much first. What waits when the process is killed is lost; the person
/// asks again.
@Singleton
final class SendQueue {
  private static final Logger LOG = LoggerFactory.getLogger(SendQueue.class);
  private static final int MOST = 1000;
  private static final int SPARE = 50;
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final String FULL = "The mail queue is full; try again later";
  private final FairShare waiting = new FairShare(Terms.thirds(MOST, FULL));
  private final FairShare turns = new FairShare(Terms.thirds(1, FULL));
  private final ExecutorService senders =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("delivery-", 0).factory());

  /// Refuses while nearly too much waits, in all or of this caller.
  void requireRoom(Share share) {
    if (!waiting.hasRoom(share, SPARE)) {
      throw new ApiException(new Failure.Busy(FULL));
    }
  }

  void add(Share share, Runnable work) {
    var place = waiting.tryAcquire(share, 1);
    if (place.isEmpty()) {
      LOG.warn("Mail or SMS delivery refused: too much waits");
      return;
    }
    try {
      senders.execute(() -> inTurn(share, place.get(), work));
    } catch (RejectedExecutionException _) {
      place.get().close();
      LOG.warn("Mail or SMS delivery refused: the server is stopping");
    }
  }

  private void inTurn(Share share, FairShare.Permit place, Runnable work) {
    try (place;
        var _ = turns.acquire(share, 1, PATIENCE)) {
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
    senders.shutdown();
    if (!senders.awaitTermination(10, TimeUnit.SECONDS)) {
      senders.shutdownNow();
    }
  }
}

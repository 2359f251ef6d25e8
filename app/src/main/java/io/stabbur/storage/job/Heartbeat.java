package io.stabbur.storage.job;

import io.stabbur.platform.error.ApiException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a lease while its holder is busy with one thing for long, such as a copy of gigabytes.
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private final CountDownLatch over = new CountDownLatch(1);

  /// @param beat answers whether there is something to be kept still
  Heartbeat(Duration every, BooleanSupplier beat) {
    Thread.ofVirtual().name("job-lease").start(() -> keep(every, beat));
  }

  private void keep(Duration every, BooleanSupplier beat) {
    try {
      boolean kept = true;
      while (kept && !over.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        kept = beats(beat);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A beat that fails, for example because the database cannot be reached, is repeated the next
  /// time: without beats the lease would expire while its holder works.
  private static boolean beats(BooleanSupplier beat) {
    try {
      return beat.getAsBoolean();
    } catch (ApiException e) {
      LOG.warn("A lease could not be renewed: {}", e.error());
    } catch (RuntimeException e) {
      LOG.error("A lease could not be renewed", e);
    }
    return true;
  }

  /// A beat under way comes to its end.
  @Override
  public void close() {
    over.countDown();
  }
}

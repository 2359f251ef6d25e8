package io.stabbur.platform.db;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Where transactions that may write wait while their database is moved. Those under way go on, and
/// so do reads. A hold ends by itself: whoever asked for it may be gone.
public final class WriteGate {
  /// How long one transaction waits before it is refused.
  private static final long PATIENCE = Duration.ofSeconds(25).toNanos();

  private volatile @Nullable Hold hold;

  private record Hold(CountDownLatch released, long until) {}

  /// Holds writes from now on, or for longer than so far.
  public void hold(Duration atMost) {
    var before = hold;
    long until = System.nanoTime() + atMost.toNanos();
    hold = new Hold(before == null ? new CountDownLatch(1) : before.released, until);
  }

  /// Lets those go on that wait.
  public void release() {
    var held = hold;
    hold = null;
    if (held != null) {
      held.released.countDown();
    }
  }

  /// Waits while writes are held.
  void pass() {
    if (hold != null) {
      await();
    }
  }

  private void await() {
    long refused = System.nanoTime() + PATIENCE;
    for (var held = hold; held != null; held = hold) {
      long now = System.nanoTime();
      if (held.until - now <= 0) {
        return;
      }
      if (refused - now <= 0) {
        throw new ApiException(new Failure.Unavailable("The project's database is being moved"));
      }
      if (isReleased(held, Math.min(held.until, refused) - now)) {
        return;
      }
    }
  }

  private static boolean isReleased(Hold held, long nanos) {
    try {
      return held.released.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ApiException(new Failure.Unavailable("The server is stopping"));
    }
  }
}

package io.stabbur.storage;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Interrupts the thread that set it, unless it is closed in time.
final class Deadline implements AutoCloseable {
  private final Thread waiting = Thread.currentThread();
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean passed;

  private Deadline() {}

  static Deadline in(Duration time) {
    var deadline = new Deadline();
    var _ = Thread.startVirtualThread(() -> deadline.await(time));
    return deadline;
  }

  private void await(Duration time) {
    try {
      if (!closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        pass();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void pass() {
    if (closed.getCount() > 0) {
      passed = true;
      waiting.interrupt();
    }
  }

  /// The interruption, if there was one, concerns nothing that comes after.
  @Override
  public synchronized void close() {
    closed.countDown();
    if (passed) {
      var _ = Thread.interrupted();
    }
  }
}

package io.stabbur.project;

import java.util.concurrent.atomic.AtomicInteger;

/// Keeps a project that was added at run time open, for what lasts longer than a request.
public final class Hold implements AutoCloseable {
  private final AtomicInteger holds;
  private boolean closed;

  Hold(AtomicInteger holds) {
    this.holds = holds;
    holds.incrementAndGet();
  }

  /// Lets go; a second time does nothing.
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      holds.decrementAndGet();
    }
  }
}

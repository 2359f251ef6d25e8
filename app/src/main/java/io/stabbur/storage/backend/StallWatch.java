package io.stabbur.storage.backend;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// A body on its way to a store, and a watch over whoever takes it: a socket has no time limit for
/// writing, so a thread that takes no more bytes for too long is interrupted, which closes its
/// socket. Time spent waiting for the body's own source does not count, and whoever was given up
/// gets no more of it: an interrupted thread would take the source for the one that failed.
final class StallWatch extends FilterInputStream {
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("store-clock").factory());
  private final Thread taker = Thread.currentThread();
  private final long patience;
  private final Future<?> watch;
  private long since = System.nanoTime();
  private boolean reading;
  private boolean givenUp;
  private boolean ended;

  StallWatch(InputStream in, Duration patience) {
    super(in);
    this.patience = patience.toNanos();
    long every = Math.max(50, patience.toMillis() / 10);
    this.watch = CLOCK.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
  }

  private synchronized void look() {
    if (!givenUp && !ended && !reading && System.nanoTime() - since > patience) {
      givenUp = true;
      taker.interrupt();
    }
  }

  private synchronized void beginReading() throws IOException {
    if (givenUp) {
      throw new IOException("no bytes were taken for too long");
    }
    reading = true;
  }

  private synchronized void endReading() {
    reading = false;
    since = System.nanoTime();
  }

  @Override
  public int read() throws IOException {
    beginReading();
    try {
      return in.read();
    } finally {
      endReading();
    }
  }

  @Override
  public int read(byte[] into, int at, int length) throws IOException {
    beginReading();
    try {
      return in.read(into, at, length);
    } finally {
      endReading();
    }
  }

  /// The source is closed by whoever opened it.
  @Override
  public void close() {}

  @Override
  public boolean markSupported() {
    return false;
  }

  /// Ends the watch, by the thread it was for, which is as free as before.
  void end() {
    watch.cancel(false);
    synchronized (this) {
      if (givenUp) {
        Thread.interrupted();
      }
      ended = true;
    }
  }
}

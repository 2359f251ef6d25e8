package io.stabbur.storage;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Memory that many share. Who wants more than is free waits a little, in turn, and is then told to
/// come again; who wants more than there is gets all of it.
public final class MemoryBudget {
  private static final int PATIENCE_SECONDS = 10;
  private final int most;
  private final String busy;
  private final @Nullable MemoryBudget whole;
  private final Semaphore kilobytes;

  /// @param busy what is told to who must come again
  public MemoryBudget(long bytes, String busy) {
    this(bytes, busy, null);
  }

  private MemoryBudget(long bytes, String busy, @Nullable MemoryBudget whole) {
    this.most = Math.max(1, kilobytes(bytes));
    this.busy = busy;
    this.whole = whole;
    this.kilobytes = new Semaphore(most, true);
  }

  private static int kilobytes(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, bytes / 1024);
  }

  /// Two thirds of it, for some who shall leave something to others.
  MemoryBudget share() {
    return new MemoryBudget(most() / 3 * 2, busy, this);
  }

  public long most() {
    return most * 1024L;
  }

  /// Memory that is held from now on.
  public Held hold(long bytes) {
    var held = new Held();
    held.reserve(bytes);
    return held;
  }

  /// Memory for who can do without it, and then gets none.
  public @Nullable Held tryHold(long bytes) {
    try {
      var held = new Held();
      return held.reserve(bytes, 0) ? held : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private boolean take(int wanted, int seconds) throws InterruptedException {
    if (!kilobytes.tryAcquire(wanted, seconds, TimeUnit.SECONDS)) {
      return false;
    }
    boolean taken = false;
    try {
      taken = whole == null || whole.take(wanted, seconds);
    } finally {
      if (!taken) {
        kilobytes.release(wanted);
      }
    }
    return taken;
  }

  private void give(int back) {
    kilobytes.release(back);
    if (whole != null) {
      whole.give(back);
    }
  }

  /// What one of those who share it holds.
  public final class Held implements AutoCloseable {
    private int held;

    private Held() {}

    /// Waits until so many bytes are held, those that are held already among them.
    void reserve(long bytes) {
      try {
        if (!reserve(bytes, PATIENCE_SECONDS)) {
          throw new ApiException(new Failure.Busy(busy));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ApiException(new Failure.Busy(busy));
      }
    }

    private boolean reserve(long bytes, int seconds) throws InterruptedException {
      int wanted = Math.min(most, kilobytes(bytes)) - held;
      if (wanted > 0) {
        if (!take(wanted, seconds)) {
          return false;
        }
        held += wanted;
      }
      return true;
    }

    @Override
    public void close() {
      give(held);
      held = 0;
    }
  }
}

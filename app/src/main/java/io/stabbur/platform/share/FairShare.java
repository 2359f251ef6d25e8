package io.stabbur.platform.share;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A number of permits (connections, threads, kilobytes) that many callers share.
///
/// Waiting requests are served in turn: groups take turns with groups, the callers of a group with
/// each other, and the requests of one caller are served in the order of arrival. While several
/// groups are active, each holds at most an equal part of the permits, but never less than the
/// guaranteed part (a third by default); a group that is alone leaves one guaranteed part free, so
/// that another finds permits when it arrives. The same holds for callers. Active is who holds or
/// waits, or did so within the last second.
///
/// A request that is larger than its limit is served when its caller (or group) holds nothing else.
/// A request that is next and finds too few permits is not overtaken.
public final class FairShare {
  private static final String CROWDED = "Too many requests of this caller wait already";

  private final Terms terms;
  private final Ledger ledger;
  private final ReentrantLock lock = new ReentrantLock();
  private final LongAdder timeouts = new LongAdder();

  public FairShare(Terms terms) {
    this.terms = terms;
    this.ledger = new Ledger(terms);
  }

  /// Waits for permits, in turn. Refused with [Failure.Crowded] when too many requests of the
  /// caller wait already, with [Failure.Busy] after the patience.
  public Permit acquire(Share share, int amount, Duration patience) {
    var permit = new Permit(share);
    permit.add(amount, patience);
    return permit;
  }

  /// No permits yet; they are added one time after the other.
  public Permit permit(Share share) {
    return new Permit(share);
  }

  /// Permits that can be had now, or none.
  public Optional<Permit> tryAcquire(Share share, int amount) {
    var permit = new Permit(share);
    return permit.tryAdd(amount) ? Optional.of(permit) : Optional.empty();
  }

  /// Whether so many permits could be had now. None is taken: whoever asks next may have them.
  public boolean hasRoom(Share share, int amount) {
    lock.lock();
    try {
      return ledger.hasRoom(share, amount, System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  public int capacity() {
    return terms.capacity();
  }

  /// Requests that wait now.
  public int waiting() {
    lock.lock();
    try {
      return ledger.waiting();
    } finally {
      lock.unlock();
    }
  }

  /// Requests that waited in vain so far.
  public long timeouts() {
    return timeouts.sum();
  }

  /// Permits in use, to be given back with [#close]. For one thread at a time.
  public final class Permit implements AutoCloseable {
    private final Share share;
    private int amount;

    private Permit(Share share) {
      this.share = share;
    }

    /// Waits for further permits, as [FairShare#acquire] does.
    public void add(int more, Duration patience) {
      if (!tryAdd(more)) {
        await(share, more, amount, patience);
        amount += more;
      }
    }

    /// Takes further permits if they can be had now.
    public boolean tryAdd(int more) {
      lock.lock();
      try {
        if (!ledger.take(share, more, amount, System.nanoTime())) {
          return false;
        }
      } finally {
        lock.unlock();
      }
      amount += more;
      return true;
    }

    @Override
    public void close() {
      if (amount == 0) {
        return;
      }
      lock.lock();
      try {
        ledger.release(share, amount, System.nanoTime());
      } finally {
        lock.unlock();
      }
      amount = 0;
    }
  }

  private void await(Share share, int amount, int own, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    var signal = new Signal(Thread.currentThread());
    var request = enqueue(share, amount, own, signal);
    if (request == null) {
      throw new ApiException(new Failure.Crowded(CROWDED));
    }
    boolean interrupted = false;
    while (!signal.granted) {
      long left = end - System.nanoTime();
      interrupted |= Thread.interrupted();
      if ((left <= 0 || interrupted) && cancelled(request, signal)) {
        timeouts.increment();
        restore(interrupted);
        throw new ApiException(new Failure.Busy(terms.busy()));
      }
      LockSupport.parkNanos(this, left);
    }
    restore(interrupted);
  }

  private Ledger.@Nullable Request enqueue(Share share, int amount, int own, Signal signal) {
    lock.lock();
    try {
      return ledger.enqueue(share, amount, own, System.nanoTime(), signal);
    } finally {
      lock.unlock();
    }
  }

  /// Whether the request was taken back before it got its permits.
  private boolean cancelled(Ledger.Request request, Signal signal) {
    lock.lock();
    try {
      if (signal.granted) {
        return false;
      }
      ledger.cancel(request, System.nanoTime());
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Wakes the thread that waits.
  private static final class Signal implements Runnable {
    private final Thread thread;
    private volatile boolean granted;

    Signal(Thread thread) {
      this.thread = thread;
    }

    @Override
    public void run() {
      granted = true;
      LockSupport.unpark(thread);
    }
  }
}

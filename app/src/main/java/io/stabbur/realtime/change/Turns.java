package io.stabbur.realtime.change;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How many parts of a feed ask the database at the same time: one as long as it keeps up, so that
/// requests find processors, and more once changes have waited. Whose change has waited longest is
/// next.
final class Turns {
  /// From then on a change is late.
  private static final long LATE = TimeUnit.MILLISECONDS.toNanos(80);

  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final PriorityQueue<Waiter> waiting = new PriorityQueue<>(Waiter.OLDEST);
  private int taken;

  /// @param most as many as may ask at the same time in any case
  Turns(int most) {
    this.most = most;
  }

  private record Waiter(long since, Condition turn) {
    /// Times of [System#nanoTime] compare by their difference.
    private static final Comparator<Waiter> OLDEST = (a, b) -> Long.signum(a.since - b.since);

    long lateIn() {
      return since + LATE - System.nanoTime();
    }
  }

  /// Waits for a turn.
  ///
  /// @param since from when on the first change could be asked about, as [System#nanoTime] tells
  void take(long since) throws InterruptedException {
    lock.lockInterruptibly();
    var waiter = new Waiter(since, lock.newCondition());
    waiting.add(waiter);
    try {
      while (!isNext(waiter)) {
        long late = waiter.lateIn();
        if (late > 0) {
          long _ = waiter.turn.awaitNanos(late);
        } else {
          waiter.turn.await();
        }
      }
      taken++;
    } finally {
      waiting.remove(waiter);
      wake();
      lock.unlock();
    }
  }

  private boolean isNext(Waiter waiter) {
    return waiter.equals(waiting.peek()) && (taken == 0 || (taken < most && waiter.lateIn() <= 0));
  }

  void end() {
    lock.lock();
    try {
      taken--;
      wake();
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    var next = waiting.peek();
    if (next != null) {
      next.turn.signal();
    }
  }
}

package io.stabbur.realtime.change;

import io.stabbur.platform.pgoutput.Message.Change;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Changes between the thread that reads the stream and the one that distributes them, bounded in
/// bytes, and tasks between them in the order of their arrival. A transaction of any size passes
/// through in portions.
final class ChangeQueue {
  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_CHANGES = 5_000;
  private static final int BATCH_BYTES = 4 << 20;
  private static final int BATCH_CHANGES = 500;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition work = lock.newCondition();
  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private int mostBytes = MOST_BYTES;
  private int bytes;
  private int changes;

  /// What waits.
  sealed interface Item {
    /// A change of a row.
    ///
    /// @param arrived as [System#nanoTime] tells
    record Row(Change change, long arrived) implements Item {}

    record Task(Runnable run) implements Item {}
  }

  /// From now on this is one of so many queues that share the room for changes.
  void share(int queues) {
    lock.lock();
    try {
      mostBytes = MOST_BYTES / queues;
      room.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Adds a change if there is room within so many nanoseconds. One alone always has room.
  boolean offer(Change change, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (changes > 0 && (bytes + change.bytes() > mostBytes || changes >= MOST_CHANGES)) {
        if (left <= 0) {
          return false;
        }
        left = room.awaitNanos(left);
      }
      items.add(new Item.Row(change, System.nanoTime()));
      bytes += change.bytes();
      changes++;
      work.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Adds a task; there is always room for one.
  void add(Runnable task) {
    lock.lock();
    try {
      items.add(new Item.Task(task));
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for something to do, and leaves it where it is.
  ///
  /// @return what comes first
  Item await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (items.isEmpty()) {
        work.await();
      }
      return items.element();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for something to do, then takes either the tasks that come first or as many changes as
  /// make a batch: all that have arrived, so a batch is small while there is little to do and grows
  /// under load.
  List<Item> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (items.isEmpty()) {
        work.await();
      }
      var batch = new ArrayList<Item>();
      while (items.peek() instanceof Item.Task) {
        batch.add(items.remove());
      }
      if (!batch.isEmpty()) {
        return batch;
      }
      int taken = 0;
      while (items.peek() instanceof Item.Row(var change, var _)
          && batch.size() < BATCH_CHANGES
          && taken < BATCH_BYTES) {
        batch.add(items.remove());
        taken += change.bytes();
      }
      bytes -= taken;
      changes -= batch.size();
      room.signal();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /// Bytes of changes that wait.
  int bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}

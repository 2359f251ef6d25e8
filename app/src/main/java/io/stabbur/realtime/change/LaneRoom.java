package io.stabbur.realtime.change;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much of a feed's events may wait in each lane. Whoever hands over more waits for the lane,
/// and the stream behind waits in turn; a lane that takes nothing for a while loses what is handed
/// to it, so that it does not hold up those of the others for ever.
final class LaneRoom {
  private static final Logger LOG = LoggerFactory.getLogger(LaneRoom.class);

  private final int mostEvents;
  private final long mostBytes;
  private final long patience;
  private final Cache<Executor, Load> loads = Caffeine.newBuilder().weakKeys().build();

  LaneRoom() {
    this(8192, 16 << 20, Duration.ofSeconds(5));
  }

  /// @param patience how long a lane without room is waited for
  LaneRoom(int mostEvents, long mostBytes, Duration patience) {
    this.mostEvents = mostEvents;
    this.mostBytes = mostBytes;
    this.patience = patience.toNanos();
  }

  /// What waits in one lane.
  private final class Load {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private int events;
    private long bytes;

    /// It was waited for in vain, and has had no room since.
    private boolean isStuck;

    private boolean isFull(int moreEvents, long moreBytes) {
      return events > 0 && (events + moreEvents > mostEvents || bytes + moreBytes > mostBytes);
    }
  }

  /// Takes room in a lane for events that are about to be given to it. Those of one call have room
  /// in an empty lane, however many they are.
  ///
  /// @return false where the lane has none, also after a wait
  boolean take(Executor lane, int events, long bytes) {
    var load = Objects.requireNonNull(loads.get(lane, _ -> new Load()));
    load.lock.lock();
    try {
      long left = load.isStuck ? 0 : patience;
      while (load.isFull(events, bytes)) {
        if (left <= 0) {
          if (!load.isStuck) {
            load.isStuck = true;
            LOG.error(
                "An event loop took no changes for a while: those for its sockets are lost until it"
                    + " does");
          }
          return false;
        }
        left = load.room.awaitNanos(left);
      }
      load.isStuck = false;
      load.events += events;
      load.bytes += bytes;
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      load.lock.unlock();
    }
  }

  /// Gives room back once the events were handed over.
  void free(Executor lane, int events, long bytes) {
    var load = loads.getIfPresent(lane);
    if (load == null) {
      return;
    }
    load.lock.lock();
    try {
      load.events -= events;
      load.bytes -= bytes;
      load.room.signalAll();
    } finally {
      load.lock.unlock();
    }
  }
}

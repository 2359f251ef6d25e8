package io.stabbur.realtime.change;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Events on their way to their channels. Those of one lane go there together: each task that a
/// lane is given may wake its thread. No more of them wait there than there is room for. For one
/// thread.
final class Handover {
  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  /// Most events that keep a lane from other work.
  private static final int MOST = 128;

  private final LaneRoom room;
  private final IdentityHashMap<Executor, Chunk> waiting = new IdentityHashMap<>();

  Handover(LaneRoom room) {
    this.room = room;
  }

  private record Entry(Runnable event, Runnable lost) {}

  /// Events that go to a lane together.
  private static final class Chunk {
    private final List<Entry> entries = new ArrayList<>();
    private byte[] last = {};
    private long bytes;

    /// Receivers of one event follow each other, and share what was written.
    @SuppressWarnings("ReferenceEquality") // the same array
    void add(Entry entry, byte[] data) {
      entries.add(entry);
      if (data != last) {
        last = data;
        bytes += data.length;
      }
    }
  }

  /// Adds an event for a channel of a lane. Events of one lane keep their order.
  ///
  /// @param data what the event keeps in memory, perhaps with others
  /// @param lost is run in its place if the lane refuses the event or has no room for it, and after
  ///   it if it fails
  void add(Executor lane, byte[] data, Runnable event, Runnable lost) {
    var chunk = waiting.computeIfAbsent(lane, _ -> new Chunk());
    chunk.add(new Entry(event, lost), data);
    if (chunk.entries.size() >= MOST) {
      waiting.remove(lane);
      give(lane, chunk);
    }
  }

  /// Hands over what is left.
  void end() {
    waiting.forEach(this::give);
    waiting.clear();
  }

  /// A lane that is gone keeps nothing from the others, nor does an event that fails.
  private void give(Executor lane, Chunk chunk) {
    int events = chunk.entries.size();
    if (!room.take(lane, events, chunk.bytes)) {
      chunk.entries.forEach(Handover::lose);
      return;
    }
    try {
      lane.execute(
          () -> {
            try {
              chunk.entries.forEach(Handover::run);
            } finally {
              room.free(lane, events, chunk.bytes);
            }
          });
    } catch (RuntimeException | Error e) {
      room.free(lane, events, chunk.bytes);
      LOG.error("Changes could not be handed to channels", e);
      chunk.entries.forEach(Handover::lose);
    }
  }

  private static void run(Entry entry) {
    try {
      entry.event.run();
    } catch (RuntimeException | Error e) {
      LOG.error("A change could not be handed to a channel", e);
      lose(entry);
    }
  }

  private static void lose(Entry entry) {
    try {
      entry.lost.run();
    } catch (RuntimeException | Error e) {
      LOG.error("A channel could not be told that changes are missing", e);
    }
  }
}

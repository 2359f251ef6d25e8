package io.stabbur.realtime.change;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Events on their way to their channels. Those of one lane go there together: each task that a
/// lane is given may wake its thread. For one thread.
final class Handover {
  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  /// Most events that keep a lane from other work.
  private static final int MOST = 128;

  private final IdentityHashMap<Executor, List<Entry>> waiting = new IdentityHashMap<>();

  private record Entry(Runnable event, Runnable lost) {}

  /// Adds an event for a channel of a lane. Events of one lane keep their order.
  ///
  /// @param lost is run in its place if the lane refuses the event, and after it if it fails
  void add(Executor lane, Runnable event, Runnable lost) {
    var events = waiting.computeIfAbsent(lane, _ -> new ArrayList<>());
    events.add(new Entry(event, lost));
    if (events.size() >= MOST) {
      waiting.remove(lane);
      give(lane, events);
    }
  }

  /// Hands over what is left.
  void end() {
    waiting.forEach(Handover::give);
    waiting.clear();
  }

  /// A lane that is gone keeps nothing from the others, nor does an event that fails.
  private static void give(Executor lane, List<Entry> events) {
    try {
      lane.execute(() -> events.forEach(Handover::run));
    } catch (RuntimeException | Error e) {
      LOG.error("Changes could not be handed to channels", e);
      events.forEach(Handover::lose);
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

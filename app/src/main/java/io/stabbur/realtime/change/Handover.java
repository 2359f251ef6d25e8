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

  private final IdentityHashMap<Executor, List<Runnable>> waiting = new IdentityHashMap<>();

  /// Adds an event for a channel of a lane. Events of one lane keep their order.
  void add(Executor lane, Runnable event) {
    var events = waiting.computeIfAbsent(lane, _ -> new ArrayList<>());
    events.add(event);
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
  private static void give(Executor lane, List<Runnable> events) {
    try {
      lane.execute(() -> events.forEach(Handover::run));
    } catch (RuntimeException e) {
      LOG.error("Changes could not be handed to channels", e);
    }
  }

  private static void run(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      LOG.error("A change could not be handed to a channel", e);
    }
  }
}

package io.stabbur.realtime.channel;

import io.stabbur.realtime.change.BroadcastSink.Room;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What the channels of a project have done since its start, for metrics.
public final class ChannelTraffic {
  private final Map<Room, Counts> counts = new EnumMap<>(Room.class);
  private final LongAdder refusedJoins = new LongAdder();
  private final LongAdder errors = new LongAdder();

  /// The counts of public or of private channels.
  public static final class Counts {
    private final LongAdder joins = new LongAdder();
    private final LongAdder open = new LongAdder();
    private final LongAdder messagesIn = new LongAdder();
    private final LongAdder messagesOut = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();

    public long joins() {
      return joins.sum();
    }

    /// Channels that are open now.
    public long open() {
      return open.sum();
    }

    public long messagesIn() {
      return messagesIn.sum();
    }

    public long messagesOut() {
      return messagesOut.sum();
    }

    /// Bytes of payloads.
    public long bytesIn() {
      return bytesIn.sum();
    }

    /// Bytes of frames.
    public long bytesOut() {
      return bytesOut.sum();
    }
  }

  ChannelTraffic() {
    for (var room : Room.values()) {
      counts.put(room, new Counts());
    }
  }

  public Counts of(Room kind) {
    return counts.getOrDefault(kind, new Counts());
  }

  /// Joins that were answered with an error.
  public long refusedJoins() {
    return refusedJoins.sum();
  }

  /// Errors that open channels were told.
  public long errors() {
    return errors.sum();
  }

  void opened(Room kind) {
    of(kind).joins.increment();
    of(kind).open.increment();
  }

  void closed(Room kind) {
    of(kind).open.decrement();
  }

  void received(Room kind, int bytes) {
    of(kind).messagesIn.increment();
    of(kind).bytesIn.add(bytes);
  }

  void sent(Room kind, int bytes) {
    of(kind).messagesOut.increment();
    of(kind).bytesOut.add(bytes);
  }

  void refused() {
    refusedJoins.increment();
  }

  void failed() {
    errors.increment();
  }
}

package io.stabbur.realtime.change;

import java.util.concurrent.atomic.LongAdder;

/// What the change feed of one project has done since its start, for metrics.
public final class ChangeCounts {
  private final LongAdder changes = new LongAdder();
  private final LongAdder deliveries = new LongAdder();
  private final LongAdder probes = new LongAdder();
  private final LongAdder probeNanos = new LongAdder();
  private final LongAdder probeFailures = new LongAdder();
  private final LongAdder gaps = new LongAdder();

  ChangeCounts() {}

  void distributed(int count) {
    changes.add(count);
  }

  void delivered() {
    deliveries.increment();
  }

  void probed(int count, long nanos) {
    probes.add(count);
    probeNanos.add(nanos);
  }

  void probeFailed() {
    probeFailures.increment();
  }

  void gap() {
    gaps.increment();
  }

  /// Changes of rows that somebody listened to.
  public long changes() {
    return changes.sum();
  }

  /// Changes handed to channels.
  public long deliveries() {
    return deliveries.sum();
  }

  /// Questions to policies: one for each caller and table of a batch.
  public long probes() {
    return probes.sum();
  }

  /// The time that batches waited for policies, in nanoseconds.
  public long probeNanos() {
    return probeNanos.sum();
  }

  /// Questions that ended in an error, so that the row was withheld.
  public long probeFailures() {
    return probeFailures.sum();
  }

  /// How often changes may have been missed, because the stream was interrupted.
  public long gaps() {
    return gaps.sum();
  }
}

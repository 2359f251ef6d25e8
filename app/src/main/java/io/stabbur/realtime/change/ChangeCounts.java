package io.stabbur.realtime.change;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// What the change feed of one project has done since its start, for metrics.
public final class ChangeCounts {
  private final LongAdder changes = new LongAdder();
  private final LongAdder deliveries = new LongAdder();
  private final LongAdder probes = new LongAdder();
  private final LongAdder probeNanos = new LongAdder();
  private final LongAdder probeFailures = new LongAdder();
  private final LongAdder probesPaused = new LongAdder();
  private final LongAdder gaps = new LongAdder();
  private volatile long retained;
  private volatile boolean isRunning;
  private volatile Consumer<Duration> latency = _ -> {};

  ChangeCounts() {}

  void distributed(int count) {
    changes.add(count);
  }

  /// @param committed microseconds since 1970
  void delivered(long committed) {
    deliveries.increment();
    var age = Duration.of(committed, ChronoUnit.MICROS);
    var passed = Duration.between(Instant.EPOCH.plus(age), Instant.now());
    latency.accept(passed.isNegative() ? Duration.ZERO : passed);
  }

  /// @param bytes of the write-ahead log that Postgres keeps for the stream
  void streams(long bytes) {
    retained = bytes;
    isRunning = true;
  }

  void streamsNot() {
    retained = 0;
    isRunning = false;
  }

  /// Gives the time from the commit of each change to its delivery to a metric.
  public void observe(Consumer<Duration> metric) {
    latency = metric;
  }

  /// Bytes of the write-ahead log that Postgres kept for the stream a few seconds ago.
  public long retained() {
    return retained;
  }

  /// 1 while the stream is read, 0 while nobody listens or it cannot be read.
  public int running() {
    return isRunning ? 1 : 0;
  }

  void probed(int count, long nanos) {
    probes.add(count);
    probeNanos.add(nanos);
  }

  void probeFailed() {
    probeFailures.increment();
  }

  void probesPaused(int count) {
    probesPaused.add(count);
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

  /// Questions that were not asked, because the asker's policies of the table took too long a
  /// moment ago: the rows were withheld.
  public long probesPaused() {
    return probesPaused.sum();
  }

  /// How often changes may have been missed, because the stream was interrupted.
  public long gaps() {
    return gaps.sum();
  }
}

package io.stabbur.realtime.channel;

import java.util.function.LongSupplier;

/// Counts events over the last minute in twelve buckets of five seconds: a rate is their average,
/// so bursts pass.
final class RateMeter {
  private static final int BUCKETS = 12;
  private static final long BUCKET_NANOS = 5_000_000_000L;
  private static final int SECONDS = 60;

  private final LongSupplier nanos;
  private final long[] counts = new long[BUCKETS];
  private long bucket;

  RateMeter() {
    this(System::nanoTime);
  }

  RateMeter(LongSupplier nanos) {
    this.nanos = nanos;
    this.bucket = nanos.getAsLong() / BUCKET_NANOS;
  }

  synchronized void add(long events) {
    advance();
    counts[(int) Math.floorMod(bucket, (long) BUCKETS)] += events;
  }

  /// Whether more than so many events a second were counted; never where the limit is 0.
  synchronized boolean exceeds(int perSecond) {
    if (perSecond == 0) {
      return false;
    }
    advance();
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum > (long) perSecond * SECONDS;
  }

  private void advance() {
    long now = nanos.getAsLong() / BUCKET_NANOS;
    for (long next = Math.max(bucket + 1, now - BUCKETS + 1); next <= now; next++) {
      counts[(int) Math.floorMod(next, (long) BUCKETS)] = 0;
    }
    bucket = Math.max(bucket, now);
  }
}

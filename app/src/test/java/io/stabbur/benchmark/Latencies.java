package io.stabbur.benchmark;

import java.util.Arrays;

/// How long each of many calls took.
final class Latencies {
  private final long[] sorted;

  /// @param nanoseconds one number a call, in any order
  Latencies(long[] nanoseconds) {
    this.sorted = nanoseconds.clone();
    Arrays.sort(sorted);
  }

  int count() {
    return sorted.length;
  }

  /// The time in milliseconds that this share of the calls did not exceed.
  double millis(double share) {
    int at = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.clamp(at, 0, sorted.length - 1)] / 1e6;
  }
}

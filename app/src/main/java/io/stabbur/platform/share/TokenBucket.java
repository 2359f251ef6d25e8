package io.stabbur.platform.share;

import java.time.Duration;
import java.time.Instant;

/// A rate limit: so many calls in so much time, evenly refilled; what was not used is saved up to
/// the full number.
public final class TokenBucket {
  private static final double NANOS = 1e9;
  private static final double SHORTEST_REFILL = 0.001;
  private static final Duration OUT_OF_ORDER = Duration.ofSeconds(1);

  private final double size;
  private final double perSecond;
  private double left;
  private Instant filled = Instant.MAX;

  /// @param refill after which an empty bucket is full again
  public TokenBucket(long size, Duration refill) {
    this.size = size;
    this.perSecond = size / Math.max(SHORTEST_REFILL, seconds(refill));
    this.left = size;
  }

  /// Takes one if there is one. Calls of several threads may come out of order; a clock that was
  /// set back by more refills nothing, and counts from there.
  public synchronized boolean take(Instant now) {
    if (filled.isBefore(now)) {
      left = Math.min(size, left + seconds(Duration.between(filled, now)) * perSecond);
      filled = now;
    } else if (now.isBefore(filled.minus(OUT_OF_ORDER))) {
      filled = now;
    }
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }

  private static double seconds(Duration time) {
    return time.getSeconds() + time.getNano() / NANOS;
  }
}

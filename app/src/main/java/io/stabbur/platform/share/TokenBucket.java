package io.stabbur.auth.guard;

import java.time.Duration;
import java.time.Instant;

/// So many things in so much time; what was not used is saved up to the full number.
public final class Bucket {
  private final double size;
  private final double perSecond;
  private double left;
  private Instant filled = Instant.MIN;

  public Bucket(int size, Duration refill) {
    this.size = size;
    this.perSecond = size / Math.max(0.001, refill.toMillis() / 1000.0);
    this.left = size;
  }

  /// Takes one if there is one.
  public synchronized boolean take(Instant now) {
    if (filled.isBefore(now)) {
      if (!filled.equals(Instant.MIN)) {
        left = Math.min(size, left + Duration.between(filled, now).toMillis() / 1000.0 * perSecond);
      }
      filled = now;
    }
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}

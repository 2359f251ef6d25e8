package io.stabbur.identity;

import java.time.Duration;
import java.time.Instant;

/// How often an issuer may be asked: so many times in a minute, evenly refilled.
final class AskAllowance {
  private static final double SECONDS = 60.0;
  private final int perMinute;
  private double left;
  private Instant counted = Instant.MIN;

  AskAllowance(int perMinute) {
    this.perMinute = perMinute;
    this.left = perMinute;
  }

  synchronized boolean take(Instant now) {
    if (counted.isBefore(now) && !counted.equals(Instant.MIN)) {
      double passed = Duration.between(counted, now).toMillis() / 1000.0;
      left = Math.min(perMinute, left + passed * perMinute / SECONDS);
    }
    counted = now;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}

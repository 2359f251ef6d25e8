package io.stabbur.auth.password;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Supplier;

/// Pads work to a constant time, so that the time of an answer does not tell whether an account
/// exists: creating one takes a little longer than finding one. The time is well above what either
/// takes, hashing a password included.
@Singleton
public final class ConstantTime {
  private static final int USUAL_COST = 10;
  private static final double AT_USUAL_COST = 250;
  private final Duration pace;

  ConstantTime(PasswordSettings settings) {
    this.pace =
        Duration.ofMillis(
            Math.round(AT_USUAL_COST * Math.pow(2, (double) settings.cost() - USUAL_COST)));
  }

  /// Runs the work and answers no sooner than after the usual time.
  public <T> T run(Supplier<T> work) {
    long until = System.nanoTime() + pace.toNanos();
    try {
      return work.get();
    } finally {
      sleepUntil(until);
    }
  }

  private static void sleepUntil(long until) {
    try {
      Thread.sleep(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

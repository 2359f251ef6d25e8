package io.stabbur.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits for what another thread or process does.
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofMillis(25);

  private Await() {}

  /// Waits until something holds; fails after 15 seconds.
  public static void until(String what, BooleanSupplier holds) {
    until(what, LIMIT, holds);
  }

  /// The same with a limit of its own.
  public static void until(String what, Duration limit, BooleanSupplier holds) {
    long end = System.nanoTime() + limit.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting: " + what, e);
      }
    }
  }
}

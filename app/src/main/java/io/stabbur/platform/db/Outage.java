package io.stabbur.platform.db;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is known of a server that cannot be reached, so that requests for it cost little while it
/// is away: one attempt to connect at a time, not earlier than a moment after the last one failed.
final class Outage {
  /// Short enough that nobody notices it once the server is back.
  private static final long PAUSE = Duration.ofMillis(100).toNanos();

  /// An attempt that takes longer keeps no other from trying.
  private static final long LONGEST = Duration.ofSeconds(10).toNanos();

  /// How long somebody waits for the end of another's attempt.
  private static final long WAIT = Duration.ofSeconds(1).toNanos();

  private static final long TOLD_EVERY = Duration.ofSeconds(10).toNanos();

  private boolean isAway;
  private boolean isDown;
  private long failures;
  private long failed;
  private long told;
  private @Nullable Attempt current;

  /// The right to try to connect, until it is closed.
  final class Attempt implements AutoCloseable {
    private final long begun = System.nanoTime();

    private Attempt() {}

    @Override
    public void close() {
      end(this);
    }
  }

  /// Nothing while the server is away and another tries, or it is too early to try again.
  synchronized @Nullable Attempt attempt() {
    var other = current;
    long now = System.nanoTime();
    if (isAway && (now - failed < PAUSE || (other != null && now - other.begun < LONGEST))) {
      return null;
    }
    var mine = new Attempt();
    current = mine;
    return mine;
  }

  private synchronized void end(Attempt attempt) {
    if (attempt.equals(current)) {
      current = null;
      notifyAll();
    }
  }

  /// How many attempts have failed.
  synchronized long failures() {
    return failures;
  }

  /// Waits a second at most for another's attempt, or for the moment of the next one.
  ///
  /// @param known how many attempts had failed when the caller came
  /// @return whether the server is back or may be tried; false where another has failed since
  synchronized boolean awaitReturn(long known) {
    while (isDown && failures == known) {
      var other = current;
      long left = (other == null ? failed + PAUSE : other.begun + WAIT) - System.nanoTime();
      if (left <= 0) {
        return other == null;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return !isDown;
  }

  /// Notes that an attempt failed.
  synchronized void failed() {
    isAway = true;
    failures++;
    failed = System.nanoTime();
  }

  /// Notes that the return of the server is waited for no longer.
  ///
  /// @return whether that is to be logged: at first, and every ten seconds while it lasts
  synchronized boolean giveUp() {
    long now = System.nanoTime();
    boolean isToTell = !isDown || now - told > TOLD_EVERY;
    if (isToTell) {
      told = now;
    }
    isDown = true;
    return isToTell;
  }

  /// Whether the return of the server was waited for in vain.
  synchronized boolean isDown() {
    return isDown;
  }

  /// Notes that the server was reached.
  synchronized void ended() {
    isAway = false;
    isDown = false;
    notifyAll();
  }
}

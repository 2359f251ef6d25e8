package io.stabbur.realtime.change;

import io.stabbur.identity.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Subscribers of whom Postgres' policies are asked once for all: the same role with the same
/// claims and the same check of the token.
final class ClaimsKey {
  private static final long FIRST_PAUSE = 1_000_000_000L;
  private static final long LONGEST_PAUSE = 30_000_000_000L;
  private static final long LOG_PAUSE = 60_000_000_000L;

  /// How long the settings of its sessions are known.
  private static final long FRESH = 1_000_000_000L;

  private final Caller caller;
  private final String identity;
  // channels of one key share no more than this
  private volatile boolean failed;
  private volatile long logged;
  private volatile long pause;
  private volatile long pausedUntil = System.nanoTime();

  private volatile @Nullable List<String> settings;
  private volatile @Nullable Known known;

  /// As whom it is asked, and since when.
  private record Known(ManyCallers.Asker asker, long since) {}

  ClaimsKey(Caller caller) {
    this.caller = caller;
    this.identity = caller.role() + '\n' + caller.check().stored() + '\n' + caller.claims().json();
  }

  Caller caller() {
    return caller;
  }

  String role() {
    return caller.role();
  }

  /// The names of the settings that its sessions had when this was asked first.
  List<String> settings() {
    var known = settings;
    if (known == null) {
      known = List.copyOf(caller.actor().settings().keySet());
      settings = known;
    }
    return known;
  }

  /// As whom it is asked among many.
  ManyCallers.Asker asMany() {
    long now = System.nanoTime();
    var last = known;
    if (last == null || now - last.since > FRESH) {
      last = new Known(ManyCallers.Asker.of(caller), now);
      known = last;
    }
    return last.asker;
  }

  /// Drops what is no longer fresh: it is as long as the claims.
  void tidy() {
    var last = known;
    if (last != null && System.nanoTime() - last.since > FRESH) {
      known = null;
    }
  }

  /// Whether its policies took too long a moment ago: they would hold up everybody else.
  boolean isPaused() {
    return System.nanoTime() - pausedUntil < 0;
  }

  /// After a policy that took too long: not asked for a while, longer each time.
  void pause() {
    pause = pause == 0 ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
    pausedUntil = System.nanoTime() + pause;
  }

  void answered() {
    pause = 0;
    failed = false;
  }

  void failed() {
    failed = true;
  }

  /// Whether a failure is to be logged: once a minute is enough.
  boolean isNews() {
    long now = System.nanoTime();
    if (logged != 0 && now - logged < LOG_PAUSE) {
      return false;
    }
    logged = now;
    return true;
  }

  /// Whether the last question failed: the next is asked alone, as it may fail again.
  boolean hasFailed() {
    return failed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClaimsKey key && key.identity.equals(identity);
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }

  /// The role alone: claims are personal.
  @Override
  public String toString() {
    return caller.role();
  }
}

package io.stabbur.realtime.change;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.platform.share.Share;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Callers whose filters took too long a while ago. Their filters are compared apart from those of
/// others, all together for a tenth of the time at most, and after each failure not at all for a
/// while. For the distributing thread.
final class SlowFilters {
  /// The longest comparison of one caller's filters.
  static final Duration ALONE = Duration.ofMillis(250);

  private static final Logger LOG = LoggerFactory.getLogger(SlowFilters.class);
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofSeconds(60).toNanos();
  private static final int MOST_REMEMBERED = 10_000;
  private static final int PART = 10;

  private final Cache<Share, Culprit> culprits =
      Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(MOST_REMEMBERED).build();
  private long credit = 2 * ALONE.toNanos();
  private long credited = System.nanoTime();

  private record Culprit(long pause, long pausedUntil) {}

  boolean isSuspect(Share caller) {
    return culprits.getIfPresent(caller) != null;
  }

  /// Whether the caller's filters are compared now.
  boolean mayTry(Share caller) {
    long now = System.nanoTime();
    credit = Math.min(2 * ALONE.toNanos(), credit + (now - credited) / PART);
    credited = now;
    var culprit = culprits.getIfPresent(caller);
    return credit > 0 && (culprit == null || now - culprit.pausedUntil >= 0);
  }

  /// A suspect's filters were compared.
  void spent(long nanos) {
    credit -= nanos;
  }

  /// A caller's filters took too long.
  void failed(Share caller) {
    var known = culprits.getIfPresent(caller);
    long pause = known == null ? FIRST_PAUSE : Math.min(2 * known.pause, LONGEST_PAUSE);
    culprits.put(caller, new Culprit(pause, System.nanoTime() + pause));
    LOG.warn(
        "Filters of a subscriber of changes took too long and are not compared for {} s; it is told"
            + " that it missed changes. lane={}",
        Duration.ofNanos(pause).toSeconds(),
        caller.group().lane());
  }
}

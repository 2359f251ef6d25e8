package io.stabbur.realtime.change;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits until the transactions of changes are visible to others. The stream sends a transaction as
/// soon as its commit is on the disk, which is a moment before other sessions see it: a policy
/// asked in between would not find the row, and neither would a client that reads it again. One
/// serves all parts of a feed: what one of them has seen, the others need not ask for.
final class CommitWait {
  private static final Logger LOG = LoggerFactory.getLogger(CommitWait.class);
  private static final Statement SNAPSHOT = Statement.of("select pg_current_snapshot()::text");
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofNanos(200_000);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

  /// How long a snapshot tells of transactions that others ask about.
  private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

  private final Database database;
  private volatile Seen last = new Seen(new Snapshot(0, Set.of()), System.nanoTime() - FRESH);

  /// What was seen last, and since when it is known.
  private record Seen(Snapshot snapshot, long since) {}

  CommitWait(Database database) {
    this.database = database;
  }

  /// Waits ten seconds at most: a commit may be held up by a standby that does not answer.
  ///
  /// @return the transactions that others do not see by then
  Set<Integer> await(List<Event> events) {
    var open = new HashSet<Integer>();
    events.forEach(event -> open.add(event.change().transaction()));
    var seen = last;
    long now = System.nanoTime();
    if (now - seen.since < FRESH) {
      // what was visible once remains so
      open.removeIf(seen.snapshot::shows);
    }
    long end = now + LONGEST.toNanos();
    var pause = FIRST_PAUSE;
    while (!open.isEmpty()) {
      var snapshot = snapshot();
      open.removeIf(snapshot::shows);
      if (open.isEmpty()) {
        return open;
      }
      if (System.nanoTime() > end) {
        LOG.warn("Changes were sent whose commits others do not see after {}", LONGEST);
        return open;
      }
      rest(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
    return open;
  }

  private Snapshot snapshot() {
    var snapshot =
        database.exchange(
            Actor.of(database.login().user()),
            Access.READ,
            SNAPSHOT,
            rows -> {
              rows.next();
              return Snapshot.parse(rows.getString(1));
            });
    last = new Seen(snapshot, System.nanoTime());
    return snapshot;
  }

  /// Which transactions had ended at a moment, by the low 32 bits of their numbers.
  ///
  /// @param next the first number that was not given out
  record Snapshot(int next, Set<Integer> running) {
    /// Reads `10:20:12,15`: the oldest running transaction, the next number, those running between.
    static Snapshot parse(String text) {
      var parts = text.split(":", -1);
      var running = new HashSet<Integer>();
      for (var number : parts[2].split(",", -1)) {
        if (!number.isEmpty()) {
          running.add((int) Long.parseLong(number));
        }
      }
      return new Snapshot((int) Long.parseLong(parts[1]), running);
    }

    /// Whether a transaction that was committed is visible. Numbers wrap around.
    boolean shows(int transaction) {
      return transaction - next < 0 && !running.contains(transaction);
    }
  }

  private static void rest(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}

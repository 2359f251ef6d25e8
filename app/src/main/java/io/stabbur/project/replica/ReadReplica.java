package io.stabbur.project.replica;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.ReplayCheck;
import io.stabbur.platform.db.Results;
import io.stabbur.platform.db.WalPosition;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One standby. The circuit breaker takes it away when it cannot be reached, hangs, or is no
/// standby any more, and brings it back when [#look] finds it well again: no request waits to find
/// that out.
public final class ReadReplica implements AutoCloseable {
  /// How long a replica that was behind is not asked again for the same position.
  private static final long BEHIND_NANOS = Duration.ofMillis(50).toNanos();

  private static final String QUERY_CANCELED = "57014";
  private static final Statement LOOK =
      Statement.of(
          """
          select pg_is_in_recovery(), pg_last_wal_replay_lsn()::text,
            coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 0)\
          """);
  private static final Logger LOG = LoggerFactory.getLogger(ReadReplica.class);

  private final String name;
  private final Database database;
  private final Database watched;
  private final LongAdder reads = new LongAdder();
  private final LongAdder behind = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile WalPosition replayed = WalPosition.START;
  private volatile long lastBehind = System.nanoTime() - BEHIND_NANOS;
  private volatile double lagSeconds;
  private volatile long lagBytes;
  private volatile boolean away = true;

  /// @param watch a login for one connection that is given up after seconds
  /// @param primary the pool whose reads it answers
  ReadReplica(String name, Login login, Login watch, Database primary) {
    this.name = name;
    this.database = Database.standby(login, primary);
    this.watched = Database.replaceable(watch);
  }

  /// Such as `replica-1`.
  public String name() {
    return name;
  }

  public Database database() {
    return database;
  }

  /// How many reads it answered.
  public long reads() {
    return reads.sum();
  }

  /// How many reads it refused because it had not replayed enough.
  public long behind() {
    return behind.sum();
  }

  /// How many reads it did not answer for other reasons.
  public long failures() {
    return failures.sum();
  }

  /// How old the newest transaction is that it has replayed; 0 when it has replayed all.
  public double lagSeconds() {
    return lagSeconds;
  }

  /// How much of the primary's log it has not replayed.
  public long lagBytes() {
    return lagBytes;
  }

  /// Whether the circuit breaker keeps reads away from it.
  public boolean isAway() {
    return away;
  }

  /// Whether it is worth asking.
  boolean mayAnswer(WalPosition atLeast) {
    return !away && (!atLeast.isAfter(replayed) || System.nanoTime() - lastBehind > BEHIND_NANOS);
  }

  /// The answer; empty where the primary is to be asked instead. Whatever the replica refuses, the
  /// primary has the last word on, but for statements that took too long.
  <T> Optional<T> read(WalPosition atLeast, Actor actor, Batch batch, Results.Reader<T> reader) {
    try {
      var value = database.readReplayed(atLeast, actor, batch, reader);
      reads.increment();
      advance(atLeast);
      return Optional.of(value);
    } catch (ApiException e) {
      refused(e);
      return Optional.empty();
    }
  }

  private void refused(ApiException e) {
    switch (e.error()) {
      case Failure.Database failure when ReplayCheck.isBehind(failure) -> {
        lastBehind = System.nanoTime();
        behind.increment();
      }
      case Failure.Database failure when ReplayCheck.isPromoted(failure) -> {
        failures.increment();
        leave("it is no standby");
      }
      case Failure.Database failure when failure.sqlState().equals(QUERY_CANCELED) -> throw e;
      case Failure.Crowded _ -> throw e;
      case Failure.Unavailable _ -> {
        failures.increment();
        leave("it cannot be reached");
      }
      default -> failures.increment();
    }
  }

  private synchronized void advance(WalPosition position) {
    replayed = WalPosition.later(replayed, position);
  }

  /// Asks how it is, and takes it away or brings it back.
  ///
  /// @param written where the primary's log stood before
  void look(WalPosition written) {
    try {
      watched.exchange(
          Actor.of(watched.login().user()),
          Access.READ,
          LOOK,
          row -> {
            row.next();
            if (!row.getBoolean(1)) {
              leave("it is no standby");
              return false;
            }
            measured(written, row.getString(2), row.getDouble(3));
            return true;
          });
    } catch (ApiException e) {
      leave("it does not answer");
    }
  }

  private void measured(WalPosition written, String position, double seconds) {
    WalPosition.parse(position).ifPresent(this::advance);
    lagBytes = written.bytesSince(replayed);
    lagSeconds = lagBytes == 0 ? 0 : Math.max(0, seconds);
    if (away) {
      away = false;
      LOG.info("Reads go to {} again", name);
    }
  }

  private void leave(String reason) {
    if (!away) {
      away = true;
      LOG.warn("Reads no longer go to {}: {}", name, reason);
    }
    database.abort();
  }

  @Override
  public void close() {
    database.close();
    watched.close();
  }
}

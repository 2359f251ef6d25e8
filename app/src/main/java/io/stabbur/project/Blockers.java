package io.stabbur.project;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// Sees who holds the lock that a session waits for, from outside and while it waits: afterwards
/// nobody knows. A session that never waits for long costs a question a second.
final class Blockers implements AutoCloseable {
  private static final String ASK = SqlFile.of(Blockers.class, "blockers");

  private static final int LOOKS = 5;

  private final Database database;
  private final int session;
  private final Duration every;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile String seen = "";

  private Blockers(Database database, int session, Duration every) {
    this.database = database;
    this.session = session;
    this.every = every;
  }

  /// @param patience how long the session waits at most; it is looked at some times meanwhile
  static Blockers of(Database database, Connection session, Duration patience) throws SQLException {
    var every = patience.dividedBy(LOOKS);
    var blockers =
        new Blockers(database, session.unwrap(PGConnection.class).getBackendPID(), every);
    Thread.ofVirtual().name("blockers").start(blockers::watch);
    return blockers;
  }

  private void watch() {
    try {
      while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        look().ifPresent(text -> seen = text);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<String> look() {
    try {
      return database.transaction(
          Actor.of(database.login().user()),
          Access.READ,
          tx ->
              tx.first(
                      Statement.of(ASK, session, session),
                      row -> sentence(row.getString(1), row.getString(2)))
                  .filter(text -> !text.isEmpty()));
    } catch (ApiException _) {
      return Optional.empty();
    }
  }

  private static String sentence(@Nullable String waitsFor, @Nullable String holders) {
    if (holders == null) {
      return "";
    }
    return "%s is held by %s".formatted(waitsFor == null ? "the lock" : waitsFor, holders);
  }

  /// `public.notes is held by process 4711 as authenticator (psql), in a transaction since 35 s`;
  /// empty where nobody was seen.
  String seen() {
    return seen;
  }

  /// A question under way is not interrupted: its connection would be lost.
  @Override
  public void close() {
    closed.countDown();
  }
}

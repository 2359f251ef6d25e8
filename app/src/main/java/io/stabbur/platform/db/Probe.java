package io.stabbur.platform.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks a server whether it answers, on a connection of its own: whoever holds the connections of
/// the pool does not change the answer. There is one question at a time; who asks meanwhile, or
/// within half a second, gets the same answer, so many who ask cost no more than one.
final class Probe implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(2);
  private static final long FRESH = Duration.ofMillis(500).toNanos();

  private final Login login;
  private @Nullable Question last;
  private @Nullable Connection connection;
  private volatile boolean closed;

  Probe(Login login) {
    this.login = login;
  }

  private record Question(CompletableFuture<Boolean> answer, long asked) {
    boolean isCurrent() {
      return !answer.isDone() || System.nanoTime() - asked < FRESH;
    }
  }

  /// Whether the server answers within two seconds.
  boolean answers() {
    try {
      return ask().get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized CompletableFuture<Boolean> ask() {
    var known = last;
    if (known != null && known.isCurrent()) {
      return known.answer;
    }
    var answer = CompletableFuture.supplyAsync(this::question, Thread::startVirtualThread);
    last = new Question(answer, System.nanoTime());
    return answer;
  }

  /// On the connection of the last question, or on a new one if the server has ended that.
  private boolean question() {
    var kept = connection;
    return (kept != null && isAnswered(kept)) || isAnswered(connect());
  }

  private boolean isAnswered(@Nullable Connection asked) {
    if (asked == null) {
      return false;
    }
    try (var statement = asked.createStatement()) {
      statement.execute("select 1");
      connection = asked;
      return true;
    } catch (SQLException e) {
      connection = null;
      end(asked);
      return false;
    }
  }

  private @Nullable Connection connect() {
    if (closed) {
      return null;
    }
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("ApplicationName", "stabbur probe");
    for (var limit : new String[] {"loginTimeout", "connectTimeout", "socketTimeout"}) {
      properties.setProperty(limit, Long.toString(BOUND.toSeconds()));
    }
    try {
      return DriverManager.getConnection(login.url(), properties);
    } catch (SQLException e) {
      return null;
    }
  }

  private static void end(Connection ended) {
    try {
      ended.close();
    } catch (SQLException _) {
      // it is of no use any more
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    var kept = connection;
    if (kept != null) {
      end(kept);
    }
  }
}

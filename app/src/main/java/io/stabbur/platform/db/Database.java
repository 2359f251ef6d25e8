package io.stabbur.platform.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/// One login to one Postgres: a bounded pool, and work on it that always runs as a named role.
///
/// Role, settings, query and commit travel as one message group, so an [#exchange] costs one round
/// trip. Everything set is local to the transaction, so nothing is left for the connection's next
/// user.
public final class Database implements AutoCloseable {
  private final Login login;
  private final HikariDataSource pool;

  private Database(Login login, HikariDataSource pool) {
    this.login = login;
    this.pool = pool;
  }

  /// Opens a pool; connections are made when they are first needed.
  public static Database open(Login login) {
    var config = new HikariConfig();
    config.setPoolName(login.user());
    config.setJdbcUrl(login.url());
    config.setUsername(login.user());
    config.setPassword(login.password().reveal());
    config.setMaximumPoolSize(login.connections());
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(login.patience().toMillis());
    config.addDataSourceProperty("ApplicationName", "stabbur");
    config.addDataSourceProperty("prepareThreshold", "1");
    return new Database(login, new HikariDataSource(config));
  }

  /// How this pool logs in, for tools that need a connection of their own.
  public Login login() {
    return login;
  }

  /// Runs one statement as the actor, in one transaction and one round trip.
  public <T> T exchange(Actor actor, Access access, Statement statement, RowReader<T> reader) {
    var sql = begin(actor, access) + ';' + statement.sql() + ";commit";
    try (var connection = pool.getConnection()) {
      try (var prepared = connection.prepareStatement(sql)) {
        int next = bindSettings(prepared, actor);
        Binding.bind(prepared, next, statement.values());
        prepared.execute();
        return readAfter(actor.opening() == null ? 3 : 4, prepared, reader);
      } catch (SQLException | RuntimeException e) {
        rollback(connection);
        throw e;
      }
    } catch (SQLException e) {
      throw SqlFailure.of(e);
    }
  }

  /// Runs several statements as the actor in one transaction.
  public <T> T transaction(Actor actor, Access access, TransactionBody<T> body) {
    try (var connection = pool.getConnection()) {
      try {
        try (var prepared = connection.prepareStatement(begin(actor, access))) {
          bindSettings(prepared, actor);
          prepared.execute();
        }
        var result = body.run(new Transaction(connection));
        try (var commit = connection.createStatement()) {
          commit.execute("commit");
        }
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        rollback(connection);
        throw e;
      }
    } catch (SQLException e) {
      throw SqlFailure.of(e);
    }
  }

  @Override
  public void close() {
    pool.close();
  }

  /// `begin …; set local role …; select set_config(…), …; opening`, the role in the text because a
  /// plan is made for one role: the same text under two roles would be planned anew at each change.
  private static String begin(Actor actor, Access access) {
    var text = new StringBuilder(256);
    text.append(access.begin()).append(";set local role ").append(SqlText.quote(actor.role()));
    text.append(";select ");
    for (var _ : actor.settings().entrySet()) {
      text.append("set_config(?,?,true),");
    }
    text.append("null");
    var opening = actor.opening();
    return opening == null ? text.toString() : text.append(';').append(opening.sql()).toString();
  }

  private static int bindSettings(PreparedStatement prepared, Actor actor) throws SQLException {
    int at = 1;
    for (var setting : actor.settings().entrySet()) {
      prepared.setString(at++, setting.getKey());
      prepared.setString(at++, setting.getValue());
    }
    var opening = actor.opening();
    return opening == null ? at : Binding.bind(prepared, at, opening.values());
  }

  /// Past `begin`, `set local role`, the settings and the opening to the statement's own result.
  private static <T> T readAfter(int results, PreparedStatement prepared, RowReader<T> reader)
      throws SQLException {
    for (int skipped = 0; skipped < results; skipped++) {
      prepared.getMoreResults();
    }
    try (var rows = prepared.getResultSet()) {
      if (rows == null) {
        throw new SQLException("the statement returned no rows to read", "02000");
      }
      return reader.read(rows);
    }
  }

  /// A failed transaction must not stay on a pooled connection; one that cannot be rolled back is
  /// dropped.
  private void rollback(Connection connection) {
    try (var rollback = connection.createStatement()) {
      rollback.execute("rollback");
    } catch (SQLException e) {
      pool.evictConnection(connection);
    }
  }

  /// Whether the database answers.
  public boolean reachable() {
    try {
      return exchange(
          Actor.of(login.user()), Access.READ, Statement.of("select 1"), rows -> rows.next());
    } catch (ApiException e) {
      return false;
    }
  }
}

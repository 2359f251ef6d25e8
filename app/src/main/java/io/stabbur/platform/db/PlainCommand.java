package io.stabbur.platform.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Field;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.ResultCursor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.Tuple;
import org.postgresql.jdbc.PgConnection;

/// SQL that somebody else wrote, run as it stands on a connection of its own and in no transaction
/// of ours: it may be several statements, or one such as `vacuum` that allows no transaction.
public final class PlainCommand {
  private static final String LARGEST_RESULT = "8M";

  private PlainCommand() {}

  /// How a command ended.
  ///
  /// @param message what Postgres says, without values of rows
  public record Outcome(boolean succeeded, String message) {}

  /// Told of the backend before the command runs.
  public interface Begun {
    void begun(int pid);
  }

  /// Runs a command as a role, one at a time for each lock: another with the same lock waits. A
  /// command may leave the role again (`reset role`), so it must be the one that logs in, or a
  /// superuser: others are refused.
  ///
  /// @param lock name of a lock that is held while it runs
  /// @throws io.stabbur.platform.error.ApiException where the connection or the role is refused
  public static Outcome run(Login login, String role, String lock, String sql, Begun begun) {
    try (var connection = connect(login)) {
      begun.begun(prepare(connection, lock));
      return enter(connection, role)
          ? execute(connection, sql)
          : new Outcome(
              false, "ERROR: a job runs as the role that this server logs in with, not as " + role);
    } catch (SQLException e) {
      throw SqlFailure.of(e);
    }
  }

  private static Connection connect(Login login) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("ApplicationName", "stabbur job");
    properties.setProperty("tcpKeepAlive", "true");
    // of all rows together, which are thrown away: a value is in memory before that
    properties.setProperty("maxResultBuffer", LARGEST_RESULT);
    // one message: what is sent together is one implicit transaction, as from psql -c
    properties.setProperty("preferQueryMode", "simple");
    return DriverManager.getConnection(login.url(), properties);
  }

  private static int prepare(Connection connection, String lock) throws SQLException {
    var sql = "select pg_advisory_lock(hashtextextended(?, 0)), pg_backend_pid()";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, lock);
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getInt(2);
      }
    }
  }

  /// Whether the role confines no less than the command could leave it for.
  private static boolean enter(Connection connection, String role) throws SQLException {
    var sql =
        "select set_config('role', rolname, false) from pg_catalog.pg_roles where rolname = ? and"
            + " (rolname = session_user or rolsuper)";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, role);
      try (var row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private static Outcome execute(Connection connection, String sql) {
    try {
      var executor = connection.unwrap(PgConnection.class).getQueryExecutor();
      var end = new End();
      executor.execute(
          executor.createQuery(sql, false, false).query,
          null,
          end,
          0,
          0,
          QueryExecutor.QUERY_EXECUTE_AS_SIMPLE
              | QueryExecutor.QUERY_SUPPRESS_BEGIN
              | QueryExecutor.QUERY_NO_RESULTS);
      return new Outcome(true, end.message);
    } catch (SQLException e) {
      return new Outcome(
          false, "ERROR: " + String.valueOf(e.getMessage()).replaceFirst("^ERROR: ", ""));
    }
  }

  /// How the last statement ended. Rows and notices are not kept: there may be any number.
  private static final class End extends ResultHandlerBase {
    private String message = "0 rows";

    @Override
    public void handleResultRows(
        Query fromQuery, Field[] fields, List<Tuple> tuples, @Nullable ResultCursor cursor) {
      message = "rows, which are not kept";
    }

    @Override
    public void handleCommandStatus(String status, long updateCount, long insertOid) {
      message = updateCount == 1 ? "1 row" : Math.max(0, updateCount) + " rows";
    }

    @Override
    public void handleWarning(SQLWarning warning) {
      // not kept
    }
  }
}

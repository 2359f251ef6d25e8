package io.stabbur.platform.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/// One statement that an operator wrote, run as it stands on a connection of its own, which is
/// closed afterwards: whatever it leaves in its session ends with it.
///
/// Postgres keeps a read-only one from changing anything: the transaction is read-only and has a
/// snapshot before the statement begins, which no statement can take back, and there is no second
/// statement that could end the transaction. It is rolled back in any case.
public final class AdHocStatement {
  private static final String LARGEST_RESULT = "16M";
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /// How much later than Postgres ends a statement we stop waiting for it to do so.
  private static final Duration GRACE = Duration.ofSeconds(5);

  private AdHocStatement() {}

  /// What a statement may use.
  ///
  /// @param rows most that are returned
  /// @param cell most characters of a value that are returned
  public record Limits(Duration time, int rows, int cell) {}

  /// What a statement returned.
  ///
  /// @param rows values as text; null for null
  /// @param isCut whether there are more rows
  /// @param changed how many rows were changed; -1 where it returned rows
  public record Table(
      List<String> columns, List<List<@Nullable String>> rows, boolean isCut, long changed) {
    public Table {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /// Runs it.
  ///
  /// @throws io.stabbur.platform.error.ApiException with what Postgres says, where it refuses
  /// @throws SeveralStatements where the text is not one statement
  public static Table run(Login login, Actor actor, Access access, String sql, Limits limits) {
    try (var connection = connect(login, limits)) {
      requireOne(connection, sql);
      connection.setReadOnly(access == Access.READ);
      connection.setAutoCommit(false);
      begin(connection, actor, limits);
      var table = execute(connection, sql, limits);
      if (access == Access.WRITE) {
        connection.commit();
      } else {
        connection.rollback();
      }
      return table;
    } catch (SQLException e) {
      throw SqlFailure.of(e);
    }
  }

  /// The text is none or more than one statement.
  public static final class SeveralStatements extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SeveralStatements() {
      super("Not one statement", null, false, false);
    }
  }

  private static Connection connect(Login login, Limits limits) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("ApplicationName", "stabbur console");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
    properties.setProperty("loginTimeout", Long.toString(CONNECT.toSeconds()));
    properties.setProperty("socketTimeout", Long.toString(limits.time().plus(GRACE).toSeconds()));
    properties.setProperty("maxResultBuffer", LARGEST_RESULT);
    return DriverManager.getConnection(login.url(), properties);
  }

  /// The driver cuts a text at semicolons and sends what follows on its own.
  private static void requireOne(Connection connection, String sql) throws SQLException {
    var executor = connection.unwrap(PgConnection.class).getQueryExecutor();
    var query = executor.createQuery(sql, false, false).query;
    if (query.getSubqueries() != null || query.getNativeSql().isBlank()) {
      throw new SeveralStatements();
    }
  }

  /// Role and settings hold for the transaction; asking for them takes its snapshot.
  private static void begin(Connection connection, Actor actor, Limits limits) throws SQLException {
    var set = "select set_config(?, ?, true)";
    try (var statement = connection.prepareStatement(set)) {
      for (var each : actor.settings().entrySet()) {
        set(statement, each.getKey(), each.getValue());
      }
      set(statement, "statement_timeout", Long.toString(limits.time().toMillis()));
      set(statement, "lock_timeout", Long.toString(limits.time().toMillis()));
      set(statement, "role", actor.role());
    }
  }

  private static void set(java.sql.PreparedStatement statement, String name, String value)
      throws SQLException {
    statement.setString(1, name);
    statement.setString(2, value);
    statement.execute();
  }

  private static Table execute(Connection connection, String sql, Limits limits)
      throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.setMaxRows(limits.rows() + 1);
      if (!statement.execute(sql)) {
        return new Table(List.of(), List.of(), false, Math.max(0, statement.getLargeUpdateCount()));
      }
      try (var rows = statement.getResultSet()) {
        return read(rows, limits);
      }
    }
  }

  private static Table read(ResultSet rows, Limits limits) throws SQLException {
    var meta = rows.getMetaData();
    var columns = new ArrayList<String>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      columns.add(meta.getColumnLabel(i));
    }
    var read = new ArrayList<List<@Nullable String>>();
    while (rows.next()) {
      if (read.size() == limits.rows()) {
        return new Table(columns, read, true, -1);
      }
      var row = new ArrayList<@Nullable String>();
      for (int i = 1; i <= columns.size(); i++) {
        row.add(cut(rows.getString(i), limits.cell()));
      }
      read.add(row);
    }
    return new Table(columns, read, false, -1);
  }

  private static @Nullable String cut(@Nullable String value, int most) {
    return value == null || value.length() <= most ? value : value.substring(0, most) + "…";
  }
}

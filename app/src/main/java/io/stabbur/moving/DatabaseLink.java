package io.stabbur.moving;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.DatabaseCheck;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

/// One connection to one side of a move. Values are written the same way on both sides, no row is
/// hidden by a policy without an error, and nothing is limited in time.
final class DatabaseLink implements AutoCloseable {
  private static final String SETTINGS =
      """
      set search_path = '';
      set row_security = off;
      set default_transaction_read_only = off;
      set statement_timeout = 0;
      set lock_timeout = 0;
      set idle_in_transaction_session_timeout = 0;
      set datestyle = 'ISO, YMD';
      set intervalstyle = 'postgres';
      set timezone = 'UTC';
      set bytea_output = 'hex';
      set extra_float_digits = 1;
      set xmloption = content;
      set check_function_bodies = off;
      set client_min_messages = warning
      """;

  private final String side;
  private final Connection connection;

  private DatabaseLink(String side, Connection connection) {
    this.side = side;
    this.connection = connection;
  }

  /// Connects, or says why that is not possible.
  ///
  /// @param side what messages call it, such as `The source`
  static DatabaseLink open(String side, Login login) {
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("ApplicationName", "stabbur move");
    properties.setProperty("connectTimeout", "15");
    properties.setProperty("tcpKeepAlive", "true");
    try {
      var connection = DriverManager.getConnection(login.url(), properties);
      var link = new DatabaseLink(side, connection);
      link.execute(SETTINGS);
      return link;
    } catch (SQLException e) {
      throw new StartFailure(side + ": " + DatabaseCheck.unreachable(e), e);
    }
  }

  <T> List<T> list(Statement statement, RowReader<T> reader) {
    try (var prepared = prepare(statement);
        var rows = prepared.executeQuery()) {
      var all = new ArrayList<T>();
      while (rows.next()) {
        all.add(reader.read(rows));
      }
      return all;
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  /// The first column of every row.
  List<String> texts(Statement statement) {
    return list(statement, row -> row.getString(1));
  }

  /// The first column of the first row; null where there is none.
  @Nullable String value(Statement statement) {
    try (var prepared = prepare(statement);
        var rows = prepared.executeQuery()) {
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  boolean isTrue(String question, @Nullable Object... values) {
    return "t".equals(value(Statement.of(question, values)));
  }

  long number(Statement statement) {
    var value = value(statement);
    return value == null ? 0 : Long.parseLong(value);
  }

  /// Runs a statement, and tells how many rows it changed.
  long update(Statement statement) {
    try (var prepared = prepare(statement)) {
      return prepared.execute() ? 0 : prepared.getUpdateCount();
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  /// Runs a statement whose values are texts of the types that it asks for, and tells how many rows
  /// it changed.
  int apply(SqlText text) {
    var statement = text.statement();
    try (var prepared = connection.prepareStatement(statement.sql())) {
      int index = 1;
      for (var value : statement.values()) {
        prepared.setObject(index++, value, Types.OTHER);
      }
      return prepared.executeUpdate();
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  /// Runs SQL as Postgres wrote it, without values.
  void execute(String sql) {
    try (var plain = connection.createStatement()) {
      plain.setEscapeProcessing(false);
      plain.execute(sql);
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  /// Begins a transaction that lasts until [#commit] or [#rollback].
  void begin() {
    execute("begin");
  }

  void commit() {
    execute("commit");
  }

  /// Undoes the transaction; of no effect where the connection is lost, as then Postgres does it.
  void rollback() {
    try (var plain = connection.createStatement()) {
      plain.execute("rollback");
    } catch (SQLException e) {
      // the server has ended the transaction with the connection
    }
  }

  /// Does work in one transaction: all of it or nothing.
  void atomically(Runnable work) {
    begin();
    boolean done = false;
    try {
      work.run();
      commit();
      done = true;
    } finally {
      if (!done) {
        rollback();
      }
    }
  }

  CopyManager copies() {
    try {
      return connection.unwrap(PGConnection.class).getCopyAPI();
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private PreparedStatement prepare(Statement statement) throws SQLException {
    var prepared = connection.prepareStatement(statement.sql(), ResultSet.TYPE_FORWARD_ONLY);
    int index = 1;
    for (var value : statement.values()) {
      switch (value) {
        case String[] texts -> prepared.setArray(index, connection.createArrayOf("text", texts));
        case null -> prepared.setString(index, null);
        default -> prepared.setObject(index, value);
      }
      index++;
    }
    return prepared;
  }

  /// What Postgres says, without the values of rows that its details hold.
  StartFailure refused(SQLException e) {
    var server = e instanceof PSQLException told ? told.getServerErrorMessage() : null;
    var message = server == null ? null : server.getMessage();
    return message == null
        ? new StartFailure(
            "%s was lost (SQLSTATE %s); run the command again to go on."
                .formatted(side, e.getSQLState()),
            e)
        : new StartFailure(
            "%s refuses: %s (SQLSTATE %s).".formatted(side, message, e.getSQLState()), e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw refused(e);
    }
  }
}

package io.stabbur.attack;

import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The database as its superuser sees it: every row, and no trigger fires. One connection, for one
/// thread at a time.
final class Superuser implements AutoCloseable {
  private static final int TRIES = 20;
  private final Connection connection;

  Superuser(TestServer server) {
    var project = server.project();
    try {
      connection =
          DriverManager.getConnection(
              project.admin().login().url(),
              EmbeddedPostgres.SUPERUSER,
              project.keys().superuserPassword().reveal());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    run("set session_replication_role = replica");
    run("set lock_timeout = '500ms'");
    // what is written here need not survive a power cut
    run("alter system set fsync = off");
    run("alter system set synchronous_commit = off");
    run("select pg_reload_conf()");
  }

  /// Rows as texts; a null is an empty text.
  synchronized List<List<String>> rows(String sql, String... values) {
    try (var statement = prepared(sql, values);
        var result = statement.executeQuery()) {
      var rows = new ArrayList<List<String>>();
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        var row = new ArrayList<String>();
        for (int at = 1; at <= columns; at++) {
          var value = result.getString(at);
          row.add(value == null ? "" : value);
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  List<String> column(String sql, String... values) {
    return rows(sql, values).stream().map(List::getFirst).toList();
  }

  String value(String sql, String... values) {
    return column(sql, values).getFirst();
  }

  /// Runs SQL with the triggers of everybody else.
  synchronized void ordinarily(String sql, String... values) {
    run("set session_replication_role = origin");
    try (var statement = prepared(sql, values)) {
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    } finally {
      run("set session_replication_role = replica");
    }
  }

  /// Runs statements as one transaction, again when somebody else holds what they need.
  synchronized void run(String sql) {
    for (int left = TRIES; ; left--) {
      try (var statement = connection.createStatement()) {
        statement.execute(sql);
        return;
      } catch (SQLException e) {
        boolean waits = "55P03".equals(e.getSQLState()) || "40P01".equals(e.getSQLState());
        if (!waits || left == 0) {
          throw new IllegalStateException(sql, e);
        }
      }
    }
  }

  private PreparedStatement prepared(String sql, String... values) throws SQLException {
    var statement = connection.prepareStatement(sql);
    for (int at = 0; at < values.length; at++) {
      statement.setString(at + 1, values[at]);
    }
    return statement;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}

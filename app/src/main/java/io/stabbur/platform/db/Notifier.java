package io.stabbur.platform.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Sends notifications on one channel, on a connection of its own that is made when it is needed.
/// On one thread.
public final class Notifier implements AutoCloseable {
  private static final String SEND =
      "select count(pg_notify(?, text)) from unnest(?::text[]) as given (text)";
  private static final String LIMIT_SECONDS = "10";

  private final Login login;
  private final String channel;
  private volatile @Nullable Connection connection;
  private volatile boolean isClosed;

  public Notifier(Login login, String channel) {
    this.login = login;
    this.channel = channel;
  }

  /// Sends texts of at most 7,999 bytes each in one transaction, in their order. Equal texts of one
  /// call arrive once.
  ///
  /// @throws SQLException where they may not have been sent; the next call connects anew
  public void send(List<String> texts) throws SQLException {
    try {
      var open = connection();
      try (var statement = open.prepareStatement(SEND)) {
        statement.setString(1, channel);
        statement.setArray(2, open.createArrayOf("text", texts.toArray()));
        statement.execute();
      }
    } catch (SQLException e) {
      disconnect();
      throw e;
    }
  }

  private Connection connection() throws SQLException {
    var known = connection;
    if (known != null) {
      return known;
    }
    if (isClosed) {
      throw new SQLException("the notifier is closed", "08003");
    }
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("ApplicationName", "stabbur notifier");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", LIMIT_SECONDS);
    properties.setProperty("socketTimeout", LIMIT_SECONDS);
    var made = DriverManager.getConnection(login.url(), properties);
    connection = made;
    try (var statement = made.createStatement()) {
      // a notification lost in a crash is like any other message that nobody received
      statement.execute("set synchronous_commit = off");
    }
    return made;
  }

  private void disconnect() {
    var known = connection;
    connection = null;
    if (known != null) {
      try {
        known.close();
      } catch (SQLException _) {
        // it was lost already
      }
    }
  }

  @Override
  public void close() {
    isClosed = true;
    disconnect();
  }
}

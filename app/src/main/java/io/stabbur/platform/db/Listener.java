package io.stabbur.platform.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for `NOTIFY` on one channel, on a connection of its own. A lost connection is made again
/// every second; because something may have been missed meanwhile, the beginning and each return of
/// the connection are told as an empty message. Rooms of a project share a [SharedListener].
public final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final Duration SHORT_WAIT = Duration.ofSeconds(1);

  /// How long the server may take to answer.
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Login login;
  private final String channel;
  private final Consumer<String> heard;
  private final Duration longestSilence;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean listening;
  private int failures;

  private Listener(Login login, String channel, Consumer<String> heard, Duration longestSilence) {
    this.login = login;
    this.channel = channel;
    this.heard = heard;
    this.longestSilence = longestSilence;
    this.thread = Thread.ofVirtual().name("listen-" + channel).unstarted(this::run);
  }

  /// Starts listening; `heard` gets each message, one after the other, on the listener's own
  /// thread.
  public static Listener eager(Login login, String channel, Consumer<String> heard) {
    return start(new Listener(login, channel, heard, WAIT));
  }

  /// As [#eager], for who relies on [#isListening]: the server is asked each second whether it is
  /// still there.
  public static Listener watchful(Login login, String channel, Consumer<String> heard) {
    return start(new Listener(login, channel, heard, SHORT_WAIT));
  }

  private static Listener start(Listener listener) {
    listener.thread.start();
    return listener;
  }

  /// Whether notifications arrive. One that was sent while they did not is never told. A connection
  /// that is dead without a word is found out when the server is asked.
  public boolean isListening() {
    return listening;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    while (!closed) {
      try (var connection = connectAndListen()) {
        failures = 0;
        heard.accept("");
        listening = true;
        listen(connection);
      } catch (SQLException e) {
        if (!closed && failures++ == 0) {
          LOG.warn("listening on {} was interrupted (SQLSTATE {})", channel, e.getSQLState());
        }
      } catch (RuntimeException | Error e) {
        // whatever it was, the next notification must be heard
        LOG.error("listening on {} failed", channel, e);
      } finally {
        listening = false;
      }
      rest();
    }
  }

  private Connection connectAndListen() throws SQLException {
    var connection = connect(login);
    try {
      listen(connection, channel);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /// A connection whose server must answer each question soon.
  static Connection connect(Login login) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("ApplicationName", "stabbur listener");
    properties.setProperty("tcpKeepAlive", "true");
    var connection = DriverManager.getConnection(login.url(), properties);
    connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
    return connection;
  }

  static void listen(Connection connection, String channel) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("listen \"" + channel.replace("\"", "\"\"") + "\"");
    }
  }

  private void listen(Connection connection) throws SQLException {
    var source = connection.unwrap(PGConnection.class);
    while (!closed) {
      var messages = source.getNotifications((int) longestSilence.toMillis());
      if (messages == null || messages.length == 0) {
        ask(connection);
        continue;
      }
      for (PGNotification message : messages) {
        heard.accept(message.getParameter());
      }
    }
  }

  /// Silence may be that of a connection whose other end is gone.
  static void ask(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("select 1");
    }
  }

  private void rest() {
    if (closed) {
      return;
    }
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException _) {
      closed = true;
    }
  }
}

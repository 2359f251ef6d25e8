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
/// with growing pauses; because something may have been missed meanwhile, the return of the
/// connection is told as an empty message.
public final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(32);
  private static final int WAIT_MILLIS = 10_000;

  private final Login login;
  private final String channel;
  private final Consumer<String> heard;
  private final Pace pace;
  private final Thread thread;
  private volatile boolean closed;

  /// How a listener connects.
  private enum Pace {
    /// Each return of the connection is told; pauses grow to half a minute.
    PATIENT(LONGEST_PAUSE),
    /// The first connection is told as well; pauses stay short.
    EAGER(FIRST_PAUSE);

    private final Duration longestPause;

    Pace(Duration longestPause) {
      this.longestPause = longestPause;
    }
  }

  private Listener(Login login, String channel, Consumer<String> heard, Pace pace) {
    this.login = login;
    this.channel = channel;
    this.heard = heard;
    this.pace = pace;
    this.thread = Thread.ofVirtual().name("listen-" + channel).unstarted(this::run);
  }

  /// Starts listening; `heard` gets each message, one after the other, on the listener's own
  /// thread.
  public static Listener start(Login login, String channel, Consumer<String> heard) {
    return start(new Listener(login, channel, heard, Pace.PATIENT));
  }

  /// As [#start], for who must know when listening begins: an empty message is told then too, and a
  /// lost connection is tried again every second.
  public static Listener eager(Login login, String channel, Consumer<String> heard) {
    return start(new Listener(login, channel, heard, Pace.EAGER));
  }

  private static Listener start(Listener listener) {
    listener.thread.start();
    return listener;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    var pause = FIRST_PAUSE;
    var returns = pace == Pace.EAGER;
    while (!closed) {
      try (var connection = connect()) {
        pause = FIRST_PAUSE;
        if (returns) {
          heard.accept("");
        }
        returns = true;
        listen(connection);
      } catch (SQLException e) {
        if (!closed) {
          LOG.warn("listening on {} was interrupted (SQLSTATE {})", channel, e.getSQLState());
        }
      } catch (RuntimeException | Error e) {
        // whatever it was, the next notification must be heard
        LOG.error("listening on {} failed", channel, e);
      }
      pause = rest(pause);
    }
  }

  private Connection connect() throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("ApplicationName", "stabbur listener");
    properties.setProperty("tcpKeepAlive", "true");
    var connection = DriverManager.getConnection(login.url(), properties);
    try (var statement = connection.createStatement()) {
      statement.execute("listen \"" + channel.replace("\"", "\"\"") + "\"");
    }
    return connection;
  }

  private void listen(Connection connection) throws SQLException {
    var source = connection.unwrap(PGConnection.class);
    while (!closed) {
      var messages = source.getNotifications(WAIT_MILLIS);
      if (messages == null || messages.length == 0) {
        continue;
      }
      for (PGNotification message : messages) {
        heard.accept(message.getParameter());
      }
    }
  }

  private Duration rest(Duration pause) {
    if (closed) {
      return pause;
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException _) {
      closed = true;
    }
    var longer = pause.multipliedBy(2);
    return longer.compareTo(pace.longestPause) > 0 ? pace.longestPause : longer;
  }
}

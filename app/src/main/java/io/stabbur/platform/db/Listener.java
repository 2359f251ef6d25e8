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
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final Duration SHORT_WAIT = Duration.ofSeconds(1);

  /// How long the server may take to answer.
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Login login;
  private final String channel;
  private final Consumer<String> heard;
  private final Pace pace;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean listening;

  /// How a listener connects.
  private enum Pace {
    /// Each return of the connection is told; pauses grow to half a minute.
    PATIENT(LONGEST_PAUSE, WAIT),
    /// The first connection is told as well; pauses stay short.
    EAGER(FIRST_PAUSE, WAIT),
    /// As eager; a silence of a second is not believed either.
    WATCHFUL(FIRST_PAUSE, SHORT_WAIT);

    private final Duration longestPause;
    private final Duration wait;

    Pace(Duration longestPause, Duration wait) {
      this.longestPause = longestPause;
      this.wait = wait;
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

  /// As [#eager], for who relies on [#isListening]: the server is asked each second whether it is
  /// still there.
  public static Listener watchful(Login login, String channel, Consumer<String> heard) {
    return start(new Listener(login, channel, heard, Pace.WATCHFUL));
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
    var pause = FIRST_PAUSE;
    var returns = pace != Pace.PATIENT;
    while (!closed) {
      try (var connection = connect()) {
        pause = FIRST_PAUSE;
        if (returns) {
          heard.accept("");
        }
        returns = true;
        listening = true;
        listen(connection);
      } catch (SQLException e) {
        if (!closed) {
          LOG.warn("listening on {} was interrupted (SQLSTATE {})", channel, e.getSQLState());
        }
      } catch (RuntimeException | Error e) {
        // whatever it was, the next notification must be heard
        LOG.error("listening on {} failed", channel, e);
      } finally {
        listening = false;
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
    connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
    while (!closed) {
      var messages = source.getNotifications((int) pace.wait.toMillis());
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
  private static void ask(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("select 1");
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

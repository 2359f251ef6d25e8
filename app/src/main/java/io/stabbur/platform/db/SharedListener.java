package io.stabbur.platform.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for `NOTIFY` on many channels, on one connection, which is there as long as somebody
/// listens. A lost connection is made again every second; because something may have been missed
/// meanwhile, the beginning and each return are told as an empty message on each channel.
///
/// All who listen are told by one thread, so none of them may wait for anything. One that fails is
/// told an empty message soon after.
public final class SharedListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedListener.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// Who begins to listen is noticed after this time at most.
  private static final Duration WAIT = Duration.ofMillis(500);

  /// A longer silence may be that of a connection whose other end is gone.
  private static final long SILENCE = Duration.ofSeconds(10).toNanos();

  private final Supplier<Login> login;
  private final List<Ear> ears = new CopyOnWriteArrayList<>();
  private volatile @Nullable Thread thread;
  private boolean isClosed;
  private int failures;

  /// @param login asked again and again: where it names another server, that one is listened to
  public SharedListener(Supplier<Login> login) {
    this.login = login;
  }

  /// Somebody who listens to one channel, until it is closed.
  public final class Ear implements AutoCloseable {
    private final String channel;
    private final Consumer<String> heard;

    private Ear(String channel, Consumer<String> heard) {
      this.channel = channel;
      this.heard = heard;
    }

    /// Whether it heard the message to its end.
    private boolean hear(String message) {
      try {
        heard.accept(message);
        return true;
      } catch (RuntimeException | Error e) {
        LOG.error("A notification on {} was not dealt with", channel, e);
        return false;
      }
    }

    @Override
    public void close() {
      remove(this);
    }
  }

  /// Starts listening to a channel; `heard` gets each message.
  public Ear listen(String channel, Consumer<String> heard) {
    return add(new Ear(channel, heard));
  }

  private synchronized Ear add(Ear ear) {
    if (isClosed) {
      throw new IllegalStateException("nobody listens any more");
    }
    ears.add(ear);
    if (thread == null) {
      var started = Thread.ofVirtual().name("listen").unstarted(this::run);
      thread = started;
      started.start();
    }
    return ear;
  }

  private synchronized void remove(Ear ear) {
    ears.remove(ear);
    if (ears.isEmpty()) {
      end();
    }
  }

  private void end() {
    var running = thread;
    thread = null;
    if (running != null) {
      running.interrupt();
    }
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    ears.clear();
    end();
  }

  private boolean isRunning() {
    return Thread.currentThread().equals(thread);
  }

  private void run() {
    while (isRunning()) {
      var at = login.get();
      try (var connection = Listener.connect(at)) {
        failures = 0;
        listen(connection, at);
      } catch (SQLException e) {
        if (isRunning() && failures++ == 0) {
          LOG.warn("Listening to the database was interrupted (SQLSTATE {})", e.getSQLState());
        }
      } catch (RuntimeException | Error e) {
        // whatever it was, the next notification must be heard
        LOG.error("Listening to the database failed", e);
      }
      rest();
    }
  }

  private void rest() {
    if (isRunning()) {
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException _) {
        // asked for its end, which the caller sees
      }
    }
  }

  private void listen(Connection connection, Login at) throws SQLException {
    var source = connection.unwrap(PGConnection.class);
    Set<Ear> begun = new HashSet<>();
    Set<String> channels = new HashSet<>();
    long lastSign = System.nanoTime();
    while (isRunning() && at.equals(login.get())) {
      begin(connection, begun, channels);
      var messages = source.getNotifications((int) WAIT.toMillis());
      if (messages != null && messages.length > 0) {
        lastSign = System.nanoTime();
        for (var message : messages) {
          tell(begun, message.getName(), message.getParameter());
        }
      } else if (System.nanoTime() - lastSign > SILENCE) {
        Listener.ask(connection);
        lastSign = System.nanoTime();
      }
    }
  }

  private void begin(Connection connection, Set<Ear> begun, Set<String> channels)
      throws SQLException {
    for (var ear : ears) {
      if (begun.contains(ear)) {
        continue;
      }
      if (channels.add(ear.channel)) {
        Listener.listen(connection, ear.channel);
      }
      if (ear.hear("")) {
        begun.add(ear);
      }
    }
  }

  private void tell(Set<Ear> begun, String channel, String message) {
    for (var ear : ears) {
      if (ear.channel.equals(channel) && begun.contains(ear) && !ear.hear(message)) {
        begun.remove(ear);
      }
    }
  }
}

package io.stabbur.platform.db;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/// The changes of a database in the order of their commits, in the messages of `pgoutput`, on a
/// connection of its own. The slot is temporary: it ends with the connection, and nothing is kept
/// for a reader that is gone. For one thread, except [#close].
public final class LogicalStream implements AutoCloseable {
  /// A server that is shut down waits for its readers to confirm, so they do it often.
  private static final int STATUS_SECONDS = 1;

  /// Values are printed alike whatever the login's or the database's settings are.
  private static final List<String> PRINTING =
      List.of(
          "set datestyle = 'ISO, MDY'",
          "set timezone = 'UTC'",
          "set intervalstyle = 'postgres'",
          "set bytea_output = 'hex'",
          "set extra_float_digits = 1");

  private final Connection connection;
  private final PGReplicationStream stream;

  private LogicalStream(Connection connection, PGReplicationStream stream) {
    this.connection = connection;
    this.stream = stream;
  }

  /// A stream that cannot be opened or has ended.
  public static final class StreamFailure extends Exception {
    private static final long serialVersionUID = 1;
    private final String sqlState;

    private StreamFailure(SQLException cause) {
      super("the replication stream failed (SQLSTATE " + cause.getSQLState() + ")", cause);
      this.sqlState = String.valueOf(cause.getSQLState());
    }

    /// Why, in Postgres' codes; class 08 where the connection is at fault.
    public String sqlState() {
      return sqlState;
    }
  }

  /// Makes the slot and begins to read. Waits for transactions that are under way to end.
  ///
  /// @param slot a name that nothing else on the server uses
  public static LogicalStream open(Login login, String slot, List<String> publications)
      throws StreamFailure {
    try {
      var connection = DriverManager.getConnection(login.url(), properties(login));
      try {
        return open(connection, slot, publications);
      } catch (SQLException | RuntimeException | Error e) {
        abort(connection);
        throw e;
      }
    } catch (SQLException e) {
      throw new StreamFailure(e);
    }
  }

  /// Goes on with a slot that is kept.
  ///
  /// @param after where the reader is
  public static LogicalStream resume(
      Login login, String slot, List<String> publications, WalPosition after) throws StreamFailure {
    try {
      var connection = DriverManager.getConnection(login.url(), properties(login));
      try {
        return start(connection, slot, publications, LogSequenceNumber.valueOf(after.value()));
      } catch (SQLException | RuntimeException | Error e) {
        abort(connection);
        throw e;
      }
    } catch (SQLException e) {
      throw new StreamFailure(e);
    }
  }

  private static LogicalStream open(Connection connection, String slot, List<String> publications)
      throws SQLException {
    var api = connection.unwrap(PGConnection.class).getReplicationAPI();
    var made =
        api.createReplicationSlot()
            .logical()
            .withSlotName(slot)
            .withOutputPlugin("pgoutput")
            .withTemporaryOption()
            .make();
    return start(connection, slot, publications, made.getConsistentPoint());
  }

  private static LogicalStream start(
      Connection connection, String slot, List<String> publications, LogSequenceNumber after)
      throws SQLException {
    try (var statement = connection.createStatement()) {
      for (var setting : PRINTING) {
        statement.execute(setting);
      }
    }
    var names =
        publications.stream()
            .map(name -> '"' + name.replace("\"", "\"\"") + '"')
            .collect(Collectors.joining(","));
    var stream =
        connection
            .unwrap(PGConnection.class)
            .getReplicationAPI()
            .replicationStream()
            .logical()
            .withSlotName(slot)
            .withStartPosition(after)
            .withSlotOption("proto_version", "1")
            .withSlotOption("publication_names", names)
            .withStatusInterval(STATUS_SECONDS, TimeUnit.SECONDS)
            .start();
    return new LogicalStream(connection, stream);
  }

  static Properties properties(Login login) {
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("ApplicationName", "stabbur realtime");
    properties.setProperty("replication", "database");
    properties.setProperty("assumeMinServerVersion", "15");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", "5");
    return properties;
  }

  /// Waits for the next message.
  public ByteBuffer next() throws StreamFailure {
    try {
      var message = stream.read();
      if (message == null) {
        throw new SQLException("the server has ended the stream", "08006");
      }
      return message;
    } catch (SQLException e) {
      throw new StreamFailure(e);
    }
  }

  /// The next message; null where none has arrived yet.
  public @Nullable ByteBuffer poll() throws StreamFailure {
    try {
      return stream.readPending();
    } catch (SQLException e) {
      throw new StreamFailure(e);
    }
  }

  /// How far the log was read: every transaction whose commit stands before it was sent.
  public WalPosition received() {
    return new WalPosition(stream.getLastReceiveLSN().asLong());
  }

  /// Says that the log before a position need not be kept.
  public void confirm(WalPosition position) {
    var number = LogSequenceNumber.valueOf(position.value());
    stream.setFlushedLSN(number);
    stream.setAppliedLSN(number);
  }

  /// Says that what was read so far need not be kept. Called again and again it also tells the
  /// server, which ends a connection that is silent for a minute, that the reader lives.
  public void confirm() {
    var position = stream.getLastReceiveLSN();
    stream.setFlushedLSN(position);
    stream.setAppliedLSN(position);
  }

  /// Tells the server at once what was confirmed.
  public void report() throws StreamFailure {
    try {
      stream.forceUpdateStatus();
    } catch (SQLException e) {
      throw new StreamFailure(e);
    }
  }

  /// Breaks the connection; a thread that waits in [#next] gets a failure.
  @Override
  public void close() {
    abort(connection);
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException _) {
      // what cannot be aborted is closed already
    }
  }
}

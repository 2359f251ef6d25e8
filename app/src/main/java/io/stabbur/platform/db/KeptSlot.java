package io.stabbur.platform.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/// A replication slot of `pgoutput` that was just made and stays, and the snapshot of the database
/// at its beginning, which other sessions may use until this is closed.
public final class KeptSlot implements AutoCloseable {
  private final Connection connection;
  private final String snapshot;
  private final WalPosition position;

  private KeptSlot(Connection connection, String snapshot, WalPosition position) {
    this.connection = connection;
    this.snapshot = snapshot;
    this.position = position;
  }

  /// Makes a slot. Waits for transactions that are under way to end.
  public static KeptSlot make(Login login, String name) throws SQLException {
    var connection = DriverManager.getConnection(login.url(), LogicalStream.properties(login));
    try {
      var made =
          connection
              .unwrap(PGConnection.class)
              .getReplicationAPI()
              .createReplicationSlot()
              .logical()
              .withSlotName(name)
              .withOutputPlugin("pgoutput")
              .make();
      return new KeptSlot(
          connection,
          String.valueOf(made.getSnapshotName()),
          new WalPosition(made.getConsistentPoint().asLong()));
    } catch (SQLException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
  }

  public String snapshot() {
    return snapshot;
  }

  /// What was committed before it is in the snapshot, what came later in the stream.
  public WalPosition position() {
    return position;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

package io.stabbur.platform.db;

import io.stabbur.platform.share.Share;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// Learns where the log stands after a commit, in the exchange that commits: the question follows
/// `commit` in the same message group.
final class CommitPosition {
  private static final String NAME = "stabbur_position";

  /// The mark that `stabbur.note_account_changes` leaves in the session (0900_read_replicas) is
  /// taken away.
  private static final String QUESTION =
      ";select pg_catalog.pg_current_wal_insert_lsn()::text as "
          + NAME
          + ",coalesce(pg_catalog.current_setting('stabbur.rights_changed',true),'')<>''"
          + ",pg_catalog.set_config('stabbur.rights_changed','',false)";

  private final @Nullable WriteObserver observer;

  CommitPosition(@Nullable WriteObserver observer) {
    this.observer = observer;
  }

  /// What follows the end of a transaction; "" where nobody wants to know.
  String question(Access access, Batch.Ending ending) {
    return isWanted(access, ending) ? QUESTION : "";
  }

  /// Reads the answer, which is the last result.
  void tell(Statement executed, Share share, Access access, Batch.Ending ending)
      throws SQLException {
    if (observer == null || !isWanted(access, ending)) {
      return;
    }
    while (true) {
      try (var rows = executed.getResultSet()) {
        if (rows != null && isAnswer(rows)) {
          rows.next();
          var position = WalPosition.parse(rows.getString(1)).orElse(WalPosition.START);
          observer.committed(share, position, rows.getBoolean(2));
          return;
        }
      }
      if (!executed.getMoreResults() && executed.getUpdateCount() < 0) {
        throw new SQLException("the position of a commit was not told", "02000");
      }
    }
  }

  private static boolean isAnswer(ResultSet rows) throws SQLException {
    return rows.getMetaData().getColumnName(1).equals(NAME);
  }

  private boolean isWanted(Access access, Batch.Ending ending) {
    return observer != null && access == Access.WRITE && ending == Batch.Ending.COMMIT;
  }
}

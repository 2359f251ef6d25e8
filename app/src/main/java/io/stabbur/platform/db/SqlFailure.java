package io.stabbur.platform.db;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/// SQLException to [Failure], in one place. What the server said is kept word for word; what the
/// driver says of a connection is not, for it may name hosts and users.
final class SqlFailure {
  private static final String REVOKED = "SB401";

  private SqlFailure() {}

  static ApiException of(SQLException e) {
    if (isLoss(e)) {
      return new ApiException(new Failure.Unavailable("The connection to the database was lost"));
    }
    if (e instanceof PSQLException p && p.getServerErrorMessage() != null) {
      var said = p.getServerErrorMessage();
      if (isRefusal(e.getSQLState())) {
        var code = String.valueOf(said.getMessage());
        if (REVOKED.equals(e.getSQLState())) {
          return new ApiException(
              new Failure.Revoked(said.getDetail() == null ? code : said.getDetail()));
        }
        return new ApiException(
            new Refused(
                Integer.parseInt(e.getSQLState().substring(2)),
                code,
                said.getDetail() == null ? code : said.getDetail()));
      }
      return new ApiException(
          new Failure.Database(
              String.valueOf(e.getSQLState()),
              String.valueOf(said.getMessage()),
              said.getDetail(),
              said.getHint(),
              said.getSchema()));
    }
    return new ApiException(
        new Failure.Database(
            String.valueOf(e.getSQLState()), String.valueOf(e.getMessage()), null, null, null));
  }

  private static boolean isRefusal(@Nullable String sqlState) {
    return sqlState != null && sqlState.matches("SB[45][0-9]{2}");
  }

  /// Whether a write was refused because the server is a standby: an address may lead to another
  /// server by now.
  static boolean isStandby(SQLException e) {
    return "25006".equals(e.getSQLState())
        || ("0A000".equals(e.getSQLState())
            && String.valueOf(e.getMessage()).contains("during recovery"));
  }

  /// Whether the connection is gone: it broke, or the server ended it or is not up.
  static boolean isLoss(SQLException e) {
    var state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.matches("57P0[123]"));
  }
}

package io.stabbur.platform.db;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/// The results of a [Batch], in the order of its statements.
public final class Results {
  private final PreparedStatement statement;

  Results(PreparedStatement statement) {
    this.statement = statement;
  }

  /// Reads the next statement's rows.
  public <T> T read(RowReader<T> reader) throws SQLException {
    try (var rows = statement.getResultSet()) {
      if (rows == null) {
        throw new SQLException("the statement returned no rows to read", "02000");
      }
      var value = reader.read(rows);
      skip();
      return value;
    }
  }

  /// Passes over a statement whose result is of no interest.
  public void skip() throws SQLException {
    statement.getMoreResults();
  }

  void skip(int many) throws SQLException {
    for (int skipped = 0; skipped < many; skipped++) {
      skip();
    }
  }

  /// Turns all results into one value.
  @FunctionalInterface
  public interface Reader<T> {
    T read(Results results) throws SQLException;
  }
}

package io.stabbur.platform.db;

import java.sql.ResultSet;
import java.sql.SQLException;

/// Turns the rows of a result into a value; the cursor stands before the first row.
@FunctionalInterface
public interface RowReader<T> {
  T read(ResultSet rows) throws SQLException;

  /// For statements whose result is of no interest.
  static RowReader<Boolean> none() {
    return _ -> Boolean.TRUE;
  }
}

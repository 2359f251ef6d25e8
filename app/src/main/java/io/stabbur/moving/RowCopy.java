package io.stabbur.moving;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlText;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/// Streams the rows of a table from one server to the other, one at a time in memory.
record RowCopy(DatabaseLink source, DatabaseLink target, Progress progress) {
  private static final int TELL_EVERY = 50_000;

  /// Copies all rows anew, in the transactions that are open.
  long replace(MovedTable table) {
    target.update(new SqlText().add("delete from only ").append(table.quoted()).statement());
    return copy(table);
  }

  /// Copies all rows into a table without any, in the transactions that are open.
  long copy(MovedTable table) {
    try {
      return stream(table);
    } catch (SQLException e) {
      throw new StartFailure(
          "Rows of %s: %s".formatted(table.title(), target.refused(e).getMessage()), e);
    }
  }

  private long stream(MovedTable table) throws SQLException {
    CopyOut out = source.copies().copyOut(sql(table, new SqlText().add(" to stdout")));
    CopyIn in = target.copies().copyIn(sql(table, new SqlText().add(" from stdin")));
    try {
      long count = 0;
      for (var row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
        in.writeToCopy(row, 0, row.length);
        if (++count % TELL_EVERY == 0) {
          progress.at("rows", table.title(), count + " rows");
        }
      }
      return in.endCopy();
    } finally {
      if (in.isActive()) {
        in.cancelCopy();
      }
      if (out.isActive()) {
        out.cancelCopy();
      }
    }
  }

  /// `copy "public"."posts" ("id", "title") to stdout`.
  private static String sql(MovedTable table, SqlText direction) {
    return new SqlText()
        .add("copy ")
        .append(table.quoted())
        .add(" (")
        .append(MovedTable.list(table.copied()))
        .add(")")
        .append(direction)
        .statement()
        .sql();
  }
}

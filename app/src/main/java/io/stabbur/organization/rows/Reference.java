package io.stabbur.organization.rows;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// A foreign key.
///
/// @param from the oid of the table that refers
/// @param to the oid of the table that is referred to
/// @param cleared the columns that become null when the target is deleted
/// @param isRequired whether no column of it may be null
record Reference(
    String name,
    long from,
    long to,
    String fromTable,
    String toSchema,
    String toName,
    List<String> columns,
    List<String> targets,
    OnDelete onDelete,
    List<String> cleared,
    boolean isRequired) {
  /// What becomes of a row whose target is deleted.
  enum OnDelete {
    CASCADE,
    SET_NULL,
    /// Whatever else: a row without its target cannot be.
    REFUSE
  }

  Reference {
    columns = List.copyOf(columns);
    targets = List.copyOf(targets);
    cleared = List.copyOf(cleared);
  }

  static Reference of(ResultSet row) throws SQLException {
    return new Reference(
        row.getString(1),
        row.getLong(2),
        row.getLong(3),
        row.getString(4) + '.' + row.getString(5),
        row.getString(6),
        row.getString(7),
        Table.texts(row.getArray(8)),
        Table.texts(row.getArray(9)),
        switch (row.getString(10)) {
          case "c" -> OnDelete.CASCADE;
          case "n" -> OnDelete.SET_NULL;
          default -> OnDelete.REFUSE;
        },
        Table.texts(row.getArray(11)),
        row.getBoolean(12));
  }
}

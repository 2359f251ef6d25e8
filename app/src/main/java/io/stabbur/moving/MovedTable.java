package io.stabbur.moving;

import io.stabbur.platform.sql.SqlText;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// A table whose rows move.
///
/// @param columns all of them in their order
/// @param generated those among them that Postgres computes
/// @param needed those among them that take no null and have no default
/// @param key the columns that tell its rows apart in the stream of changes; none where that tells
///   too little of them
/// @param estimate how many rows Postgres thinks there are
record MovedTable(
    String schema,
    String name,
    List<String> columns,
    List<String> generated,
    List<String> needed,
    List<String> key,
    long bytes,
    long estimate) {

  static MovedTable read(ResultSet row) throws SQLException {
    return new MovedTable(
        row.getString(1),
        row.getString(2),
        texts(row.getArray(5)),
        texts(row.getArray(6)),
        texts(row.getArray(7)),
        texts(row.getArray(8)),
        row.getLong(3),
        row.getLong(4));
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  /// The columns whose values are copied.
  List<String> copied() {
    var copied = new ArrayList<>(columns);
    copied.removeAll(generated);
    return copied;
  }

  /// The same table with the columns that the other one has too.
  MovedTable shared(MovedTable other) {
    var both = new ArrayList<>(columns);
    both.retainAll(other.columns);
    var computed = new HashSet<>(generated);
    computed.addAll(other.generated);
    return new MovedTable(schema, name, both, List.copyOf(computed), needed, key, bytes, estimate);
  }

  /// The name as people write it, and as the journal keeps it.
  String title() {
    return schema + "." + name;
  }

  SqlText quoted() {
    return new SqlText().name(schema).add(".").name(name);
  }

  /// `"id", "name"`.
  static SqlText list(List<String> columns) {
    var text = new SqlText();
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        text.add(", ");
      }
      text.name(columns.get(i));
    }
    return text;
  }
}

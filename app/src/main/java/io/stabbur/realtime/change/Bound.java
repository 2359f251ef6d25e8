package io.stabbur.realtime.change;

import io.stabbur.platform.pgoutput.Message.Kind;
import io.stabbur.realtime.change.filter.RowTest;
import java.util.List;
import java.util.Set;

/// A binding that was checked and is in force.
///
/// @param kinds the events it wants
/// @param schema a name, or `*`
/// @param table a name, or `*`
/// @param select the columns it wants; empty for all
record Bound(
    Channel channel,
    int id,
    Set<Kind> kinds,
    String schema,
    String table,
    List<RowTest> tests,
    Set<String> select) {
  static final String ANY = "*";

  boolean covers(String tableSchema, String tableName) {
    return (schema.equals(ANY) || schema.equals(tableSchema))
        && (table.equals(ANY) || table.equals(tableName));
  }
}

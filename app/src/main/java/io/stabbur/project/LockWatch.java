package io.stabbur.project;

import io.stabbur.platform.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Sees what a transaction locks and which tables it writes anew, statement by statement. Tables
/// that it makes itself are nobody else's concern. Locks stay until the end, so a table counts with
/// the first statement that locks it, and with each that locks it more strongly.
final class LockWatch {
  private static final String TABLES = SqlFile.of(LockWatch.class, "tables-before");
  private static final String LOCKS = SqlFile.of(LockWatch.class, "own-locks");

  private static final List<String> STRONGEST_FIRST =
      List.of(
          "AccessExclusiveLock",
          "ExclusiveLock",
          "ShareRowExclusiveLock",
          "ShareLock",
          "ShareUpdateExclusiveLock");

  private final Connection connection;
  private final Map<Long, Table> tables;
  private final Map<Long, Integer> held = new HashMap<>();

  private record Table(String name, long file) {}

  LockWatch(Connection connection) throws SQLException {
    this.connection = connection;
    this.tables = new HashMap<>(tables());
  }

  private Map<Long, Table> tables() throws SQLException {
    var found = new HashMap<Long, Table>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(TABLES)) {
      while (rows.next()) {
        found.put(rows.getLong(1), new Table(rows.getString(2), rows.getLong(3)));
      }
    }
    return found;
  }

  /// What the statement that has just run did first.
  List<MigrationLock> after(MigrationFile file, int line) throws SQLException {
    var strongest = new LinkedHashMap<Long, String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(LOCKS)) {
      while (rows.next()) {
        long table = rows.getLong(1);
        var mode = String.valueOf(rows.getString(2));
        int strength = STRONGEST_FIRST.size() - STRONGEST_FIRST.indexOf(mode);
        if (tables.containsKey(table) && held.getOrDefault(table, 0) < strength) {
          held.put(table, strength);
          strongest.put(table, mode);
        }
      }
    }
    return locks(file, line, strongest);
  }

  private List<MigrationLock> locks(MigrationFile file, int line, Map<Long, String> strongest)
      throws SQLException {
    var locks = new ArrayList<MigrationLock>();
    var now = tables();
    for (var entry : tables.entrySet()) {
      var before = entry.getValue();
      var after = now.get(entry.getKey());
      boolean isRewritten = after != null && after.file() != before.file();
      var mode = strongest.get(entry.getKey());
      if (mode != null || isRewritten) {
        locks.add(
            new MigrationLock(
                file,
                line,
                before.name(),
                isRewritten || mode == null ? STRONGEST_FIRST.getFirst() : mode,
                isRewritten));
      }
      if (after != null) {
        entry.setValue(after);
      }
    }
    return locks;
  }
}

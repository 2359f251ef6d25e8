package io.stabbur.operations.metric;

import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// One SQL file whose rows are samples. Columns of text are labels; each other column is a metric,
/// named by the prefix and the column, or by the prefix alone where the column is `value`. A file
/// whose name begins with `pg_` speaks in the names of postgres_exporter.
///
/// @param prefix of the metrics' names
/// @param limited whether the file asks how many tables are told apart
/// @param from first version of Postgres it works on
/// @param until first version it does not work on any more
record PostgresQuery(String prefix, String sql, boolean limited, int from, int until) {
  private static final int SEVENTEEN = 170_000;

  /// All of them.
  static final List<PostgresQuery> ALL =
      List.of(
          of("pg_static"),
          of("pg_postmaster"),
          of("pg_database"),
          of("pg_database_wraparound"),
          of("pg_stat_database"),
          of("pg_locks"),
          of("pg_stat_activity"),
          of("pg_long_running_transactions"),
          of("pg_replication"),
          of("pg_replication_slot"),
          of("pg_replication_slot_wal_status"),
          of("pg_replication_slots"),
          of("stabbur_replication_slot"),
          of("pg_stat_replication"),
          of("pg_stat_archiver"),
          of("pg_stat_bgwriter"),
          until("pg_stat_bgwriter", "pg_stat_bgwriter_16"),
          from("pg_stat_checkpointer"),
          of("pg_wal"),
          of("pg_settings"),
          of("pg_roles"),
          of("pg_stat_statements"),
          limited("pg_stat_user_tables"),
          limited("pg_statio_user_tables"),
          of("stabbur_tables"),
          of("stabbur_wal"),
          of("stabbur_invalid_index"),
          of("stabbur_database_clock"));

  private static PostgresQuery of(String name) {
    return new PostgresQuery(name, text(name), false, 0, Integer.MAX_VALUE);
  }

  private static PostgresQuery limited(String name) {
    return new PostgresQuery(name, text(name), true, 0, Integer.MAX_VALUE);
  }

  private static PostgresQuery from(String name) {
    return new PostgresQuery(name, text(name), false, SEVENTEEN, Integer.MAX_VALUE);
  }

  private static PostgresQuery until(String prefix, String file) {
    return new PostgresQuery(prefix, text(file), false, 0, SEVENTEEN);
  }

  private static String text(String file) {
    return SqlFile.of(PostgresQuery.class, file);
  }

  boolean worksOn(int version) {
    return version >= from && version < until;
  }

  Statement statement(int tables) {
    return limited ? Statement.of(sql, tables) : Statement.of(sql);
  }

  List<Sample> read(ResultSet rows) throws SQLException {
    var samples = new ArrayList<Sample>();
    while (rows.next()) {
      var labels = labels(rows);
      var columns = rows.getMetaData();
      for (int column = 1; column <= columns.getColumnCount(); column++) {
        var value = columns.getColumnType(column) == Types.DOUBLE ? rows.getObject(column) : null;
        if (value instanceof Double number) {
          var name = columns.getColumnLabel(column);
          samples.add(
              new Sample(name.equals("value") ? prefix : prefix + '_' + name, labels, number));
        }
      }
    }
    return samples;
  }

  private static SequencedMap<String, String> labels(ResultSet row) throws SQLException {
    var labels = new LinkedHashMap<String, String>();
    var columns = row.getMetaData();
    for (int column = 1; column <= columns.getColumnCount(); column++) {
      if (columns.getColumnType(column) != Types.DOUBLE) {
        var text = row.getString(column);
        labels.put(columns.getColumnLabel(column), text == null ? "" : text);
      }
    }
    return labels;
  }
}

package io.stabbur.operations.backup;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// What Postgres says of the cluster of an embedded project.
///
/// @param segmentSize bytes of one file of the write-ahead log
record Cluster(String systemId, int timeline, long segmentSize, String version, String schema) {
  private static final int CONNECTIONS = 2;
  private static final long MOST_COUNTED = 1_000_000;

  /// The newest part of the internal schema.
  static final Statement SCHEMA =
      Statement.of(
          "select coalesce(max(version), '') from stabbur.migrations where version like"
              + " 'stabbur/%'");

  private static final Statement DESCRIBE =
      Statement.of(
          """
          select s.system_identifier::text, c.timeline_id,
            (select setting::bigint from pg_settings where name = 'wal_segment_size'),
            current_setting('server_version'),
            (select coalesce(max(version), '') from stabbur.migrations where version like 'stabbur/%')
          from pg_control_system() s, pg_control_checkpoint() c\
          """);
  private static final Statement TABLES =
      Statement.of(
          """
          select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind = 'r' and c.relpersistence = 'p' and c.reltuples < ?
            and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
            and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
            -- written anew by each start
            and not (n.nspname = 'stabbur' and c.relname = 'base_objects')
          order by 1, 2\
          """,
          MOST_COUNTED);

  static Database superuser(Project project) {
    return superuser(project.admin().login().url(), project.keys().superuserPassword().reveal());
  }

  static Database superuser(String url, String password) {
    return Database.open(
        new Login(
                url,
                EmbeddedPostgres.SUPERUSER,
                io.stabbur.platform.config.Secret.of(password),
                CONNECTIONS,
                Duration.ofSeconds(10))
            .inCatalogOnly());
  }

  static Cluster of(Transaction tx) {
    return tx.first(
            DESCRIBE,
            row ->
                new Cluster(
                    row.getString(1),
                    row.getInt(2),
                    row.getLong(3),
                    row.getString(4),
                    row.getString(5)))
        .orElseThrow();
  }

  /// Exact numbers of rows by table, those of more than a million rows left out.
  static Map<String, Long> rows(Transaction tx) {
    var rows = new LinkedHashMap<String, Long>();
    var tables = tx.list(TABLES, row -> Map.entry(row.getString(1), row.getString(2)));
    for (var table : tables) {
      var count =
          new SqlText()
              .add("select count(*) from ")
              .name(table.getKey())
              .add(".")
              .name(table.getValue())
              .statement();
      rows.put(
          table.getKey() + '.' + table.getValue(),
          tx.first(count, row -> row.getLong(1)).orElse(0L));
    }
    return rows;
  }

  /// How many rows were inserted and deleted by table since its counters began.
  static Map<String, Long> changes(Transaction tx) {
    var changes = new LinkedHashMap<String, Long>();
    tx.list(
            Statement.of(
                "select schemaname || '.' || relname, n_tup_ins + n_tup_del from"
                    + " pg_stat_user_tables"),
            row -> Map.entry(row.getString(1), row.getLong(2)))
        .forEach(table -> changes.put(table.getKey(), table.getValue()));
    return changes;
  }

  /// What tells the keys of personal data apart that the database was sealed with.
  static Map<String, String> keyChecks(Transaction tx) {
    var checks = new LinkedHashMap<String, String>();
    tx.list(
            Statement.of(
                "select version::text, check_value from stabbur.personal_key_checks order by"
                    + " version"),
            row -> Map.entry(row.getString(1), row.getString(2)))
        .forEach(check -> checks.put(check.getKey(), check.getValue()));
    return checks;
  }
}

package io.stabbur.operations.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.Promtool;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The community's rules for postgres_exporter against what is exported here. Prometheus itself
/// says which of them see anything: each expression, without its limit, over the series of a
/// scrape.
@Tag("nightly")
class CommunityRulesTest {
  private static final String TABLES = "pg_stat_user_tables_";
  private static final String CHANGES = TABLES + "n_tup_del + " + TABLES + "n_tup_upd";
  private static final String OF_APPS = "{datname!~\"template.*|postgres\"}";

  /// In the words of the table in app/docs/metrics.md.
  private static final SequencedMap<String, String> RULES = new LinkedHashMap<>();

  static {
    RULES.put("Down", "pg_up");
    RULES.put("Restarted", "time() - pg_postmaster_start_time_seconds");
    RULES.put("ExporterError", "pg_exporter_last_scrape_error");
    RULES.put(
        "TableNotAutoVacuumed", "(" + CHANGES + ") - pg_settings_autovacuum_vacuum_threshold");
    RULES.put(
        "TableNotAutoAnalyzed", "(" + CHANGES + ") - pg_settings_autovacuum_analyze_threshold");
    RULES.put(
        "TooManyConnections",
        "sum by (instance) (pg_stat_activity_count) / min by (instance)"
            + " (pg_settings_max_connections)");
    RULES.put("NotEnoughConnections", "sum by (datname) (pg_stat_activity_count" + OF_APPS + ")");
    RULES.put("DeadLocks", "increase(pg_stat_database_deadlocks" + OF_APPS + "[1m])");
    RULES.put(
        "HighRollbackRate",
        "sum by (datname) (rate(pg_stat_database_xact_rollback" + OF_APPS + "[3m]))");
    RULES.put("CommitRateLow", "increase(pg_stat_database_xact_commit" + OF_APPS + "[5m])");
    RULES.put("LowXidConsumption", "rate(pg_txid_current[1m])");
    RULES.put("HighRateStatementTimeout", "rate(postgresql_errors_total[1m])");
    RULES.put("HighRateDeadlock", "increase(postgresql_errors_total[1m])");
    RULES.put("UnusedReplicationSlot", "pg_replication_slots_active");
    RULES.put(
        "TooManyDeadTuples",
        TABLES + "n_dead_tup / (" + TABLES + "n_live_tup + " + TABLES + "n_dead_tup)");
    RULES.put(
        "ConfigurationChanged",
        "{__name__=~\"pg_settings_.*\"} == on(__name__, instance) {__name__=~\"pg_settings_.*\"}"
            + " offset 5m");
    RULES.put("SslCompressionActive", "pg_stat_ssl_compression");
    RULES.put(
        "TooManyLocksAcquired",
        "sum(pg_locks_count) / (pg_settings_max_locks_per_transaction *"
            + " pg_settings_max_connections)");
    RULES.put("BloatIndexHigh", "pg_bloat_btree_bloat_pct");
    RULES.put("BloatTableHigh", "pg_bloat_table_bloat_pct");
    RULES.put("InvalidIndex", "pg_general_index_info_pg_relation_size");
  }

  /// Rule and verdict in the document: `| `Down` | works | … |`.
  private static Map<String, String> documented() throws IOException {
    var page = Files.readString(TestServer.repository().resolve("app/docs/metrics.md"));
    var section = page.substring(page.indexOf("## The community's rules"));
    return Pattern.compile("^\\| `([A-Za-z]+)` \\| ([a-z ]+) \\|", Pattern.MULTILINE)
        .matcher(section)
        .results()
        .collect(
            Collectors.toMap(
                row -> row.group(1), row -> row.group(2), (one, _) -> one, TreeMap::new));
  }

  private static String scrape(TestServer server) {
    SampledNow.of(server);
    return Http.get(
            server.url() + "/metrics", "apikey", server.project().keys().secretKey().reveal())
        .body();
  }

  /// Which of the rules see something, as Prometheus evaluates them.
  private static Map<String, Boolean> seen(String scrape) {
    var seen = new TreeMap<String, Boolean>();
    RULES.forEach(
        (rule, expression) ->
            seen.put(
                rule,
                Promtool.test(unit(scrape, "count(" + expression + ") > bool 0"))
                    .contains("SUCCESS")));
    return seen;
  }

  /// A test of promtool that succeeds where the expression is 1.
  private static String unit(String scrape, String expression) {
    var text =
        new StringBuilder("evaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n");
    scrape
        .lines()
        .filter(line -> line.startsWith("pg_") && !line.endsWith("NaN"))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              text.append("  - {series: '")
                  .append(line.substring(0, space).replace("'", "''"))
                  .append("', values: '")
                  .append(Math.round(Double.parseDouble(line.substring(space + 1))))
                  .append("+0x20'}\n");
            });
    return text.append("  promql_expr_test:\n  - expr: '")
        .append(expression.replace("'", "''"))
        .append("'\n    eval_time: 10m\n    exp_samples: [{labels: '{}', value: 1}]\n")
        .toString();
  }

  @Test
  void theTableSaysWhatPrometheusSees() throws IOException {
    var server = TestServer.shared();
    var owner = server.project().admin().login();
    TestPostgres.execute(
        owner, "select pg_create_logical_replication_slot('nobody_reads', 'pgoutput')");
    String scrape;
    try {
      scrape = scrape(server);
    } finally {
      TestPostgres.execute(owner, "select pg_drop_replication_slot('nobody_reads')");
    }
    var embedded = seen(scrape);
    var named = seen(scrape.replace("datname=\"postgres\"", "datname=\"app\""));

    var verdicts = new TreeMap<String, String>();
    RULES
        .keySet()
        .forEach(
            rule ->
                verdicts.put(
                    rule,
                    Boolean.TRUE.equals(embedded.get(rule))
                        ? "works"
                        : Boolean.TRUE.equals(named.get(rule)) ? "by name" : "no"));
    assertThat(documented()).isEqualTo(verdicts);
  }
}

package io.stabbur.operations.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.testing.Await;
import io.stabbur.testing.FrozenPostgres;
import io.stabbur.testing.Http;
import io.stabbur.testing.Promtool;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `/metrics` as Prometheus reads it, on two projects.
class MetricsTest {
  private static TestServer server;
  private static Project north;
  private static Project south;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.projects.north.hosts",
                List.of("north.example.org"),
                "stabbur.projects.south.hosts",
                List.of("south.example.org"),
                "stabbur.operations.metrics.every",
                "1s",
                Scrape.SETTING,
                Scrape.token()));
    north = server.bean(Projects.class).byName("north").orElseThrow();
    south = server.bean(Projects.class).byName("south").orElseThrow();
    Await.until(
        "both are sampled",
        () ->
            Scrape.of(server).value("pg_up") == 2
                && Scrape.of(server).has("pg_wal_segments", "north")
                && Scrape.of(server).has("pg_wal_segments", "south"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void get(Project project, String path, int status) {
    var key = project.keys().secretKey().reveal();
    var answer = Http.get(server.url() + path, "apikey", key);
    assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(status);
  }

  @Test
  void prometheusReadsThem() {
    get(north, "/rest/v1/", 200);

    assertThat(Promtool.metrics(Scrape.of(server).text()))
        .filteredOn(line -> line.contains("error while") || line.contains("parsing error"))
        .isEmpty();
  }

  @Test
  void whoAsksForOpenMetricsGetsIt() {
    var answer =
        Http.get(
            server.url() + "/metrics",
            "Authorization",
            "Bearer " + Scrape.token(),
            "Accept",
            "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/openmetrics-text");
    assertThat(answer.body()).endsWith("# EOF\n");
  }

  @Test
  void everyQuestionToTheDatabaseIsAnswered() {
    assertThat(Scrape.of(server).series("pg_scrape_collector_success", "project=\"north\""))
        .hasSizeGreaterThan(25)
        .allSatisfy(line -> assertThat(line).endsWith(" 1.0"));
  }

  @Test
  void seriesHaveTheNamesOfPostgresExporter() {
    var scrape = Scrape.of(server);

    for (var name :
        List.of(
            "pg_up",
            "pg_static",
            "pg_postmaster_start_time_seconds",
            "pg_database_size_bytes",
            "pg_database_wraparound_age_datfrozenxid_seconds",
            "pg_stat_database_xact_commit",
            "pg_stat_database_xact_rollback",
            "pg_stat_database_blks_hit",
            "pg_stat_database_deadlocks",
            "pg_stat_database_numbackends",
            "pg_locks_count",
            "pg_stat_activity_count",
            "pg_stat_activity_max_tx_duration",
            "pg_long_running_transactions",
            "pg_replication_is_replica",
            "pg_replication_lag_seconds",
            "pg_stat_archiver_archived_count",
            "pg_stat_archiver_failed_count",
            "pg_stat_bgwriter_buffers_clean_total",
            "pg_stat_checkpointer_num_timed_total",
            "pg_wal_segments",
            "pg_wal_size_bytes",
            "pg_settings_max_connections",
            "pg_stat_user_tables_n_live_tup",
            "pg_stat_user_tables_n_dead_tup",
            "pg_stat_user_tables_last_autovacuum",
            "pg_statio_user_tables_heap_blocks_hit",
            "pg_stat_statements_calls_total",
            "pg_stat_statements_seconds_total")) {
      assertThat(scrape.has(name, "project=\"north\"")).as(name).isTrue();
      assertThat(scrape.has(name, "project=\"south\"")).as(name).isTrue();
    }
  }

  @Test
  void requestsAreCountedByProjectRouteAndStatus() {
    var before = Scrape.of(server);
    get(north, "/rest/v1/no_such_table", 404);
    get(north, "/rest/v1/another_unknown?id=eq.1", 404);
    var after = Scrape.of(server);

    String[] missing = {"project=\"north\"", "part=\"rest\"", "status=\"404\"", "method=\"GET\""};
    var name = "stabbur_http_requests_seconds_count";
    assertThat(after.value(name, missing) - before.value(name, missing)).isEqualTo(2);
    assertThat(after.series(name, missing)).as("one template").hasSize(1);
    assertThat(after.text()).doesNotContain("no_such_table").doesNotContain("another_unknown");
    assertThat(after.value("stabbur_http_latency_seconds_bucket", "north", "rest", "le=\"+Inf\""))
        .isPositive();
    assertThat(after.value("stabbur_http_requests_in_flight")).isEqualTo(1);
    assertThat(after.value("stabbur_http_bytes_total", "direction=\"out\"")).isPositive();
  }

  @Test
  void whatAStrangerWritesMakesNoSeries() {
    for (int i = 0; i < 30; i++) {
      Http.send("BREW" + i, server.url() + "/rest/v1/a" + i, null);
      Http.get(server.url() + "/nowhere" + i, "apikey", "sb_secret_" + i);
      Http.post(
          server.url() + "/auth/v1/token?grant_type=mine" + i,
          "{}",
          "apikey",
          north.keys().anonKey().reveal());
    }
    var text = Scrape.of(server).text();

    assertThat(text).doesNotContain("BREW").doesNotContain("nowhere").doesNotContain("mine1");
    assertThat(Scrape.of(server).series("stabbur_http_requests_seconds_count")).hasSizeLessThan(40);
  }

  @Test
  void aPoolShowsWhoHoldsAndWhoWaits() throws InterruptedException {
    var actor = Actor.of(south.api().login().user());
    String[] ours = {"project=\"south\"", "pool=\"api\""};
    var holder =
        Thread.ofVirtual()
            .start(
                () ->
                    south
                        .api()
                        .exchange(
                            actor, Access.READ, Statement.of("select pg_sleep(2)"), _ -> true));
    Await.until(
        "held",
        () ->
            Scrape.of(server).has("stabbur_pool_connections", "south", "api", "active")
                && Scrape.of(server)
                        .value("stabbur_pool_connections", "project=\"south\"", "api", "active")
                    == 1);
    holder.join();

    assertThat(Scrape.of(server).value("stabbur_pool_connections", "south", "api", "active"))
        .isZero();
    assertThat(Scrape.of(server).value("stabbur_pool_limit", ours)).isPositive();
    assertThat(Scrape.of(server).value("stabbur_pool_wait_seconds_count", ours)).isPositive();
  }

  @Test
  void signInsAndTheStoreAreCounted() {
    Http.post(
        server.url() + "/auth/v1/token?grant_type=password",
        "{\"email\":\"nobody@example.org\",\"password\":\"x\"}",
        "apikey",
        south.keys().anonKey().reveal());
    var key = south.keys().secretKey().reveal();
    Http.post(
        server.url() + "/storage/v1/bucket",
        "{\"id\":\"m\",\"name\":\"m\"}",
        "apikey",
        key,
        "Content-Type",
        "application/json");
    Http.post(
        server.url() + "/storage/v1/object/m/a.txt",
        "text",
        "apikey",
        key,
        "Content-Type",
        "text/plain");
    var scrape = Scrape.of(server);

    assertThat(
            scrape.value(
                "stabbur_auth_sign_ins_total", "south", "grant=\"password\"", "\"failure\""))
        .isEqualTo(1);
    assertThat(scrape.value("stabbur_store_calls_total", "south", "\"write\"", "\"success\""))
        .isEqualTo(1);
  }

  @Test
  void aScrapeAsksNoDatabase() throws Exception {
    long begin;
    try (var _ = FrozenPostgres.freeze(south)) {
      begin = System.nanoTime();
      for (int i = 0; i < 10; i++) {
        Scrape.of(server);
      }
      assertThat((System.nanoTime() - begin) / 10 / 1_000_000).as("ms a scrape").isLessThan(200);
      Await.until(
          "the frozen one is told down and the other up",
          () ->
              Scrape.of(server).value("pg_up", "south") == 0
                  && Scrape.of(server).value("pg_up", "north") == 1);
      Await.until("old samples go", () -> !Scrape.of(server).has("pg_wal_segments", "south"));
    }
    Await.until(
        "it is up again",
        () ->
            Scrape.of(server).value("pg_up", "south") == 1
                && Scrape.of(server).has("pg_wal_segments", "south"));
  }

  @Test
  void withoutTheTokenNobodySeesThem() {
    var url = server.url() + "/metrics";

    assertThat(Http.get(url).statusCode()).isEqualTo(401);
    for (var project : List.of(north, south)) {
      for (var key : List.of(project.keys().secretKey(), project.keys().anonKey())) {
        assertThat(Http.get(url, "apikey", key.reveal()).statusCode()).isEqualTo(401);
      }
    }
  }
}

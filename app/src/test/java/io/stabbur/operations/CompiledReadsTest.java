package io.stabbur.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.operations.advisor.Advisor;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A Postgres that compiles whatever it may does not compile what Stabbur reads of its catalog.
class CompiledReadsTest {
  private static final String COUNT =
      "select count(*)::text from pg_stat_statements where starts_with(query, ?)";
  private static final String COMPILED = COUNT + " and jit_functions > 0";

  private static final InstalledPostgres POSTGRES =
      InstalledPostgres.start(
          "shared_preload_libraries = 'pg_stat_statements'",
          "pg_stat_statements.track = 'all'",
          "jit = on",
          "jit_above_cost = 0",
          "jit_inline_above_cost = -1",
          "jit_optimize_above_cost = -1");

  @BeforeAll
  static void readAll() {
    TestPostgres.execute(POSTGRES.superuser(), "create extension pg_stat_statements");
    var settings =
        Map.<String, Object>of("stabbur.projects.default.database-url", POSTGRES.databaseUrl());
    try (var server = TestServer.start(settings)) {
      var key = server.project().keys().anonKey().reveal();
      assertThat(Http.get(server.url() + "/rest/v1/", "apikey", key).statusCode()).isEqualTo(200);
      var report = Advisor.report(server.project().admin(), List.of("public"));
      assertThat(report).isNotNull();
    }
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- Functions that somebody wrote",
        "-- Everything of our own that others can take away",
        "with recursive roots (id, root) as",
        "select k.conname as name",
        "select c.oid::bigint as id",
        "with media as (",
        "with recursive given as (select"
      })
  void aReadOfTheCatalogIsNotCompiled(String beginning) {
    assertThat(TestPostgres.value(POSTGRES.superuser(), COUNT, beginning)).isNotEqualTo("0");
    assertThat(TestPostgres.value(POSTGRES.superuser(), COMPILED, beginning)).isEqualTo("0");
  }

  @Test
  void othersAreCompiledThere() {
    var sql = "select 'compiled' || relname from pg_class where relpages > 0 order by relname";
    TestPostgres.execute(POSTGRES.superuser(), sql);

    assertThat(TestPostgres.value(POSTGRES.superuser(), COMPILED, "select $1 || relname"))
        .isEqualTo("1");
  }
}

package io.stabbur.operations.statement;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementsTest {
  private final TestServer server = TestServer.shared();

  private void sql(String sql) {
    TestPostgres.execute(server.project().admin().login(), sql);
  }

  @Test
  void aStatementIsShownWithoutValuesAndWithTheIndexItLacks() {
    sql("create table public.letters (id int primary key, author text, body text)");
    sql("alter table public.letters enable row level security");
    sql("insert into public.letters select n, 'author ' || n, 'x' from generate_series(1, 5000) n");
    sql("analyze public.letters");
    try {
      for (int i = 0; i < 20; i++) {
        sql("select count(*) from public.letters where author = 'Kari Nordmann " + i + "'");
      }
      sql("select pg_stat_force_next_flush(); select pg_sleep(0.1)");
      var statements =
          server.bean(Statements.class).top(server.project(), 200).stream()
              .filter(cost -> cost.text().contains("count(*) from public.letters"))
              .toList();

      assertThat(statements)
          .singleElement()
          .satisfies(
              cost -> {
                assertThat(cost.calls()).isEqualTo(20);
                assertThat(cost.text())
                    .isEqualTo("select count(*) from public.letters where author = $1");
                assertThat(cost.missing().getFirst().sql())
                    .isEqualTo("create index on \"public\".\"letters\" (\"author\");");
                sql(cost.missing().getFirst().sql());
              });
      assertThat(
              server.bean(Statements.class).top(server.project(), 200).stream()
                  .filter(cost -> cost.text().contains("count(*) from public.letters"))
                  .findFirst()
                  .orElseThrow()
                  .missing())
          .as("with the index nothing is missing")
          .isEmpty();
    } finally {
      sql("drop table public.letters");
    }
  }

  @Test
  void onlyTheServiceRoleSeesThem() {
    var keys = server.project().keys();
    var url = server.url() + "/admin/v1/statements?limit=5";

    assertThat(Http.get(url).statusCode()).isEqualTo(401);
    assertThat(Http.get(url, "apikey", keys.anonKey().reveal()).statusCode()).isEqualTo(403);
    var answer = Http.get(url, "apikey", keys.secretKey().reveal());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"mean_milliseconds\":")
        .doesNotContainIgnoringCase("password '");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "select 1 | select …",
        "select * from t where a = 'it''s me' and b = $2 | select * from t where a = '…' and b = $2",
        "select E'a\\'b', $$secret$$, $x$se'cret$x$ | select '…', '…', '…'",
        "select a1, t2.b from t2 limit 10 -- for Kari | select a1, t2.b from t2 limit …",
        "select /* Kari */ 12.5e3 | select …"
      })
  void valuesAreMasked(String statement, String masked) {
    assertThat(MaskedText.of(statement)).isEqualTo(masked);
  }

  @Test
  void aValueOfAnyLengthIsMasked() {
    var value = "it''s \\\\ long ".repeat(100_000);
    assertThat(MaskedText.of("select '" + value + "', e'" + value + "'"))
        .isEqualTo("select '…', '…'");
    assertThat(MaskedText.of("select '" + value)).startsWith("select '");
  }
}

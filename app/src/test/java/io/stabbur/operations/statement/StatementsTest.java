package io.stabbur.operations.statement;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        "select * from t where a = 'it''s me' and b = $2 | select * from t where a = '…' and b ="
            + " $2",
        "select E'a\\'b', $$secret$$, $x$se'cret$x$ | select '…', '…', '…'",
        "select a1, t2.b from t2 limit 10 -- for Kari | select a1, t2.b from t2 limit …",
        "select /* Kari */ 12.5e3 | select …",
        "/* don't */ select * from people where name = 'Kari' | select * from people where name ="
            + " '…'",
        "-- don't⏎select 'Kari' | select '…'",
        "select '-- no comment', 'Kari' | select '…', '…'",
        "select '/* no comment', 'Kari' | select '…', '…'",
        "/* a /* don't */ 'Kari' */ select 'Kari' | select '…'",
        "select /*/ Kari */ 1 | select …",
        "select 1 /* 'Kari /* */ Kari | select …",
        "select $a1$Ka$a$ri$a1$, $Æ_2$Kari$Æ_2$, $1 | select '…', '…', $1",
        "select a$b$ from t where c = $d$Kari$d$ | select a$b$ from t where c = '…'",
        "select 1$d$Kari$d$, $1$d$Kari$d$ | select …'…', $1'…'",
        "select $d$it's$d$, 'Kari' | select '…', '…'",
        "select \"o'brien\", 'Kari' from \"a \"\" b's 1\" | select \"o'brien\", '…' from \"a \"\""
            + " b's 1\"",
        "select \"-- a\", \"/* a\", \"$$\", 'Kari' | select \"-- a\", \"/* a\", \"$$\", '…'",
        "select '\"', \"a\", 'Kari' | select '…', \"a\", '…'",
        "select E'\\\\', 'Ka\\', 'ri' | select '…', '…', '…'",
        "select e'a' -- b⏎ 'it\\'s Kari' | select '…' '…'",
        "select type'Kari\\', U&'Kari', N'Kari' | select type'…', U&'…', N'…'",
        "select 'Kari | select '…'",
        "select 'Kari'' | select '…'",
        "select E'Kari\\' | select '…'",
        "select $a1$Kari $$ $a$ | select '…'",
        "select \"Kari | select \"…\"",
        "select .5, -2, 1_000, a1+1, \"a\"1 | select .…, -…, …, a1+…, \"a\"1",
        "select 3.141_592, 1_0.2_5e-1_0, .123456, select.5, x.y1 | select …, …, .…, select.…, x.y1",
        "a/**/b--Kari | a b",
        "a   ⏎ b $ | a b $"
      })
  void valuesAreMasked(String statement, String masked) {
    assertThat(MaskedText.of(statement.replace('⏎', '\n'))).isEqualTo(masked);
  }

  @Test
  void aValueOfAnyLengthIsMasked() {
    var value = "it''s \\\\ long ".repeat(100_000);
    assertThat(MaskedText.of("select '" + value + "', e'" + value + "'"))
        .isEqualTo("select '…', '…'");
    assertThat(MaskedText.of("select '" + value)).isEqualTo("select '…'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'", "\"", "$", "$a", "$a ", "$$ ", "/*", "/* ' ", "*/", "--", "e'\\", "\\", "1", "1e",
        "1.", "1_ ", "'' ", "'\n", "a$", "a ", " ", "-", "(", "Æ"
      })
  void aTextOfTwoMegabytesIsReadOnce(String part) {
    var many = part.repeat(2_000_000 / part.length());
    for (var opening : List.of("'", "e'", "$a$", "/* ", "\"")) {
      var masked = MaskedText.of(many + opening + "Kari");
      assertThat(masked.length()).isLessThanOrEqualTo(2 * many.length() + 20);
    }
    assertThat(MaskedText.of("select '" + many.replace("'", "''") + "Kari"))
        .isEqualTo("select '…'");
  }
}

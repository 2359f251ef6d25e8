package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.project.SqlScript.Piece;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScriptTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 'a;b'",
        "select 'it''s; fine'",
        "select E'it\\'s; fine'",
        "select \"a;b\" from t",
        "do $$ begin perform 1; end $$",
        "do $body$ begin perform '$$;'; end $body$",
        "select $1; ",
        "select 1 -- not; here",
        "select 1 /* not; /* nor; */ here; */",
        "create rule r as on insert to t do (select 1; select 2)",
        "create function f() returns int language sql begin atomic select case when true then 1 else 2 end; select 3; end",
        "create function f() returns text language sql return 'x'",
        "select 'case', begin from t",
        "select name$x$ from t"
      })
  void isOneStatement(String sql) {
    assertThat(texts(sql)).containsExactly(sql.replaceAll("; $", ""));
  }

  @Test
  void cutsAtSemicolonsAndLeavesEmptyStatementsOut() {
    assertThat(texts("create table a ();\n\n;; -- nothing\n;create table b ()\n;"))
        .containsExactly("create table a ()", "create table b ()");
  }

  @Test
  void commentsInFrontBelongToTheStatement() {
    var pieces = SqlScript.statements("-- first; of all\nselect 1;\n/* then */ select 2");

    assertThat(pieces)
        .extracting(Piece::sql)
        .containsExactly("-- first; of all\nselect 1", "/* then */ select 2");
    assertThat(pieces).extracting(Piece::summary).containsExactly("select 1", "select 2");
  }

  @Test
  void aFileOfCommentsHasNoStatement() {
    assertThat(SqlScript.statements("-- nothing yet\n/* at all */\n")).isEmpty();
  }

  @Test
  void anOpenStringEndsWithTheFile() {
    assertThat(texts("select 1; select 'open; end"))
        .containsExactly("select 1", "select 'open; end");
  }

  @Test
  void summaryIsOneShortLine() {
    var summary =
        SqlScript.statements("insert into t values\n  ('" + "x".repeat(200) + "')")
            .getFirst()
            .summary();

    assertThat(summary).startsWith("insert into t values ('xxx").hasSize(120).endsWith("...");
  }

  private static List<String> texts(String sql) {
    return SqlScript.statements(sql).stream().map(Piece::sql).toList();
  }
}

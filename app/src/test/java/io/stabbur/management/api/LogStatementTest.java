package io.stabbur.management.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.functions.Functions.LineKind;
import io.stabbur.functions.Functions.LogQuery;
import io.stabbur.management.ManagementError;
import io.stabbur.testing.Refusals;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The statements that `supabase logs` makes of its options. Nothing of them is run, so all that
/// matters is that no text of a user is taken for an option.
class LogStatementTest {
  private static final Instant FROM = Instant.parse("2026-03-29T00:59:59Z");
  private static final Instant TO = Instant.parse("2026-03-29T01:00:00Z");
  private static final String BOTH = "source = 'function_logs' or source = 'function_edge_logs'";
  private static final String LEVEL =
      " and lower(if(source in ('edge_logs'), 'info', level)) in (%s)";
  private static final String TEXT = " and positionCaseInsensitiveUTF8(event_message, '%s') > 0";

  private static String statement(String sources, String rest, String most) {
    return "select id, ts, event_message from logs where (%s)%s order by ts_ms desc, id desc limit %s"
        .formatted(sources, rest, most);
  }

  private static LogQuery parse(String rest) {
    return LogStatement.parse(statement(BOTH, rest, "100"), FROM, TO);
  }

  @Test
  void withoutOptionsAllLinesOfATimeAreLookedFor() {
    assertThat(parse(""))
        .isEqualTo(
            new LogQuery(
                FROM, TO, Set.of(LineKind.WRITTEN, LineKind.REQUEST), "", Set.of(), "", 100));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          source = 'function_logs'                                   | WRITTEN
          source = 'function_edge_logs'                              | REQUEST
          source = 'postgres_logs' or source = 'function_edge_logs'  | REQUEST
          source = 'postgres_logs'                                   | ""
          source = 'function_logs' or source = 'function_logs'       | WRITTEN
          """)
  void onlyLogsOfFunctionsAreFound(String sources, String kinds) {
    var found = LogStatement.parse(statement(sources, "", "1"), FROM, TO).kinds();

    assertThat(String.join(",", found.stream().map(LineKind::name).toList())).isEqualTo(kinds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'error'             | [error]
          'error','warning'   | [error, warning]
          'error', 'warning'  | [error, warning]
          'error', 'error'    | [error]
          """)
  void levelsAreThoseOfTheLastList(String list, String levels) {
    assertThat(parse(LEVEL.formatted(list)).levels()).hasToString(levels);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          timeout          | timeout
          blåbær 😀        | blåbær 😀
          it''s            | it's
          ''''             | ''
          a\\\\b           | a\\b
          \\\\''           | \\'
          \\\\\\\\         | \\\\
          100% _           | 100% _
          (a) > 0          | (a) > 0
          """)
  void aTextIsReadAsItWasQuoted(String quoted, String text) {
    assertThat(parse(TEXT.formatted(quoted)).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x) in ('error')",
        "log_attributes['function_id'] = 'other'",
        "positionCaseInsensitiveUTF8(event_message, 'other') > 0",
        "x order by ts_ms desc, id desc limit 9999",
        "x' or source = 'function_logs",
        "' and log_attributes['function_id'] = 'other",
        "\\",
        "\\' and ''"
      })
  void anOptionWithinATextIsNone(String text) {
    var quoted = text.replace("\\", "\\\\").replace("'", "''");
    var query = parse(LEVEL.formatted("'info'") + TEXT.formatted(quoted));

    assertThat(query)
        .isEqualTo(
            new LogQuery(
                FROM,
                TO,
                Set.of(LineKind.WRITTEN, LineKind.REQUEST),
                "",
                Set.of("info"),
                text,
                100));
  }

  @Test
  void aFunctionIsNamed() {
    assertThat(parse(" and log_attributes['function_id'] = 'hello-World_1'").function())
        .isEqualTo("hello-World_1");
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "1000", "9999"})
  void asManyAsAreAskedForAreFound(String most) {
    assertThat(LogStatement.parse("\n " + statement(BOTH, "", most) + "\n", FROM, TO).most())
        .isEqualTo(Integer.parseInt(most));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "select 1",
        "select id, ts from logs",
        "select id, ts from logs where (source = 'function_logs')",
        "select id, ts from logs where (source = 'a' and true) order by ts_ms desc, id desc limit"
            + " 1",
        "select id, ts from logs where () order by ts_ms desc, id desc limit 1",
        "select id, ts from logs where (source = 'A') order by ts_ms desc, id desc limit 1",
        "select id, ts from logs where (source = 'a') order by ts_ms desc, id desc limit 10000",
        "select id, ts from logs where (source = 'a') order by ts_ms desc, id desc limit -1",
        "select id, ts from logs where (source = 'a') order by ts_ms desc, id desc limit ",
        "select id, ts from logs where (source = 'a') order by ts_ms desc, id desc limit ١",
        "select id, ts from logs where (source = 'a') order by ts_ms asc, id desc limit 1",
        "delete from logs where (source = 'a') order by ts_ms desc, id desc limit 1"
      })
  void anotherStatementIsRefused(String sql) {
    assertThat(Refusals.of(() -> LogStatement.parse(sql, FROM, TO)))
        .isInstanceOf(ManagementError.Rejected.class);
  }
}

package io.stabbur.operations.advisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Which functions of a condition, as Postgres prints it, are called for each row.
class CallsPerRowTest {
  private static final List<String> COLUMNS = List.of("id", "user_id", "Org", "a\"b", "c.d");

  @ParameterizedTest
  @MethodSource("conditions")
  void aCallWithoutAColumnOfTheRowIsFound(String condition, List<String> calls) {
    assertThat(CallsPerRow.of(condition, COLUMNS)).isEqualTo(calls);
  }

  static Stream<Arguments> conditions() {
    return Stream.of(
        found("(user_id = auth.uid())", "auth.uid()"),
        found("(auth.uid() = user_id) AND (auth.role() = 'a'::text)", "auth.uid()", "auth.role()"),
        found("((auth.jwt() ->> 'x'::text) = 'y'::text)", "auth.jwt()"),
        found("(current_setting('a.b'::text, true) = 'x')", "current_setting('a.b'::text, true)"),
        // Postgres' own functions are cheap or constant
        found("(now() > created)"),
        found("(lower((user_id)::text) = 'x')"),
        // what is inside of them is not
        found("(COALESCE(auth.uid(), x) = user_id)", "auth.uid()"),
        // once for all rows
        found("(user_id = ( SELECT auth.uid() AS uid))"),
        found("(user_id = (SELECT auth.uid()))"),
        found("(id IN ( SELECT private.mine() AS mine))"),
        found("((id IN ( SELECT a.b FROM a)) AND (user_id = auth.uid()))", "auth.uid()"),
        // a column goes into the call
        found("private.may_see(id)"),
        found("private.may_see(people.user_id, 'x'::text)"),
        found("private.may_see((id)::text)"),
        found("private.may_see(\"Org\")"),
        found("private.may_see(\"a\"\"b\")"),
        found("private.may_see(\"c.d\")"),
        // no column does, whatever a text holds
        found("private.may_see('id'::text)", "private.may_see('id'::text)"),
        found("private.may_see('it''s (id'::text)", "private.may_see('it''s (id'::text)"),
        found("private.may_see(other.idx)", "private.may_see(other.idx)"),
        found("private.id(1)", "private.id(1)"),
        // names in quotes, which may hold any sign
        found("\"My.Schema\".\"f(x\"()", "\"My.Schema\".\"f(x\"()"),
        found("('a(b'::text = auth.uid())", "auth.uid()"),
        // the inner call depends on the row as much as the outer one
        found("private.outer(private.inner(id))"),
        found(
            "private.outer(private.inner(1))",
            "private.outer(private.inner(1))",
            "private.inner(1)"),
        // cut off, as it cannot be
        found("auth.uid(", "auth.uid("),
        found("'open", new String[0]));
  }

  private static Arguments found(String condition, String... calls) {
    return Arguments.of(condition, List.of(calls));
  }

  @Test
  void aHostileConditionTakesNoTime() {
    for (var piece : new String[] {"(", "a.", "\"a", "'", "a.b(", "\"\"", "( SELECT "}) {
      var began = System.nanoTime();
      var _ = CallsPerRow.of(piece.repeat(3000), COLUMNS);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .as(piece)
          .isLessThan(Duration.ofSeconds(20));
    }
  }
}

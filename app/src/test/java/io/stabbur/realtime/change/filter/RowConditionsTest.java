package io.stabbur.realtime.change.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.pgoutput.Message.Change;
import io.stabbur.platform.pgoutput.PgOutput;
import io.stabbur.realtime.change.filter.Condition.Negation;
import io.stabbur.realtime.change.filter.RowTest.Answer;
import io.stabbur.realtime.change.row.Row;
import io.stabbur.realtime.change.table.Column;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.ValueType;
import io.stabbur.realtime.change.table.ValueType.Comparison;
import io.stabbur.realtime.change.table.ValueType.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What is known of a row without asking Postgres: for each operator, value and negation, as SQL's
/// three-valued logic has it, in which a row passes only where the condition is true.
class RowConditionsTest {
  private static final ValueType TEXT =
      new ValueType(25, "pg_catalog.text", "text", Json.TEXT, null, ',', Comparison.BY_TEXT);
  private static final Column WORD =
      new Column("word", TEXT, 0, null, null, Comparison.BY_TEXT, null);

  private static Table table(Column column) {
    return new Table(
        1, "public", "t", null, List.of(), List.of(column), Map.of(column.name(), 0), List.of());
  }

  /// A row whose only value is this text, or null; `u` for a value that was not sent.
  private static Row row(@Nullable String value, Table table) {
    var stream = new PgOutput(_ -> true);
    var relation = ByteBuffer.allocate(100).put((byte) 'R').putInt(1);
    relation.put("public\0t\0d".getBytes(StandardCharsets.UTF_8)).putShort((short) 1);
    relation.put("\0word\0".getBytes(StandardCharsets.UTF_8)).putInt(25).putInt(-1);
    var _ = stream.read(relation.flip());
    var message = ByteBuffer.allocate(100).put((byte) 'I').putInt(1).put((byte) 'N');
    message.putShort((short) 1);
    if (value == null) {
      message.put((byte) 'n');
    } else if (value.equals("u")) {
      message.put((byte) 'u');
    } else {
      var text = value.getBytes(StandardCharsets.UTF_8);
      message.put((byte) 't').putInt(text.length).put(text);
    }
    var change = (Change) stream.read(message.flip());
    return Row.of(table, change.relation(), java.util.Objects.requireNonNull(change.image()), null);
  }

  private static Answer test(
      Operator operator, String equals, Negation negation, @Nullable String value) {
    var texts =
        Arrays.stream(equals.split(";", -1))
            .filter(each -> !each.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    var condition = new Condition("word", operator, "x", negation);
    return new RowTest(condition, WORD, texts).test(row(value, table(WORD)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "EQ | a | a | PASSES | FAILS",
        "EQ | a | b | FAILS | PASSES",
        "EQ | a | A | FAILS | PASSES",
        "EQ | a | - | FAILS | FAILS",
        "EQ | a;A | A | PASSES | FAILS",
        "NEQ | a | a | FAILS | PASSES",
        "NEQ | a | b | PASSES | FAILS",
        "NEQ | a | - | FAILS | FAILS",
        "IN | a;b | b | PASSES | FAILS",
        "IN | a;b | c | FAILS | PASSES",
        "IN | a;b | - | FAILS | FAILS",
        "ISDISTINCT | a | a | FAILS | PASSES",
        "ISDISTINCT | a | b | PASSES | FAILS",
        "ISDISTINCT | a | - | PASSES | FAILS"
      })
  void equalityIsThatOfSql(
      Operator operator, String equals, @Nullable String value, Answer plain, Answer negated) {
    assertThat(test(operator, equals, Negation.PLAIN, value)).isEqualTo(plain);
    assertThat(test(operator, equals, Negation.NEGATED, value)).isEqualTo(negated);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "true | t | PASSES",
        "true | f | FAILS",
        "true | - | FAILS",
        "false | f | PASSES",
        "false | t | FAILS",
        "false | - | FAILS",
        "null | - | PASSES",
        "null | t | FAILS",
        "unknown | - | PASSES",
        "unknown | f | FAILS"
      })
  void isAsksForOneOfFewValuesAndIsNeverUnknown(String what, @Nullable String value, Answer plain) {
    for (var negation : Negation.values()) {
      var condition = new Condition("word", Operator.IS, what, negation);
      var expected =
          (plain == Answer.PASSES) == (negation == Negation.PLAIN) ? Answer.PASSES : Answer.FAILS;

      assertThat(new RowTest(condition, WORD, Set.of()).test(row(value, table(WORD))))
          .as("%s", negation)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Operator.class,
      names = {"LT", "LTE", "GT", "GTE", "LIKE", "ILIKE", "MATCH", "IMATCH"})
  void orderAndPatternsAreAskedOfPostgres(Operator operator) {
    for (var negation : Negation.values()) {
      assertThat(test(operator, "a", negation, "a")).isEqualTo(Answer.ASK);
      assertThat(test(operator, "", negation, "a")).isEqualTo(Answer.ASK);
    }
  }

  /// Without the texts that are equal, texts decide nothing: 1.0 is 1.00.
  @ParameterizedTest
  @EnumSource(
      value = Operator.class,
      names = {"EQ", "NEQ", "IN", "ISDISTINCT"})
  void whatTextsDoNotDecideIsAskedOfPostgres(Operator operator) {
    assertThat(test(operator, "", Negation.PLAIN, "1.0")).isEqualTo(Answer.ASK);
    assertThat(test(operator, "", Negation.NEGATED, "1.0")).isEqualTo(Answer.ASK);
  }

  @ParameterizedTest
  @EnumSource(Operator.class)
  void aValueThatIsNotKnownNeverPasses(Operator operator) {
    for (var negation : Negation.values()) {
      assertThat(test(operator, "a", negation, "u")).isEqualTo(Answer.FAILS);
      assertThat(test(operator, "", negation, "u")).isEqualTo(Answer.FAILS);
    }
  }

  /// The type of a column may have changed since the condition was checked.
  @Test
  void aColumnThatIsAnotherByNowIsAskedOfPostgres() {
    var other = new Column("word", TEXT, 0, null, "\"C\"", Comparison.BY_TEXT, null);
    var condition = new Condition("word", Operator.EQ, "a", Negation.PLAIN);

    assertThat(new RowTest(condition, WORD, Set.of("a")).test(row("a", table(other))))
        .isEqualTo(Answer.ASK);
  }

  @Test
  void aColumnThatIsGoneNeverPasses() {
    var other = new Column("verb", TEXT, 0, null, null, Comparison.BY_TEXT, null);
    for (var negation : Negation.values()) {
      var condition = new Condition("word", Operator.EQ, "a", negation);

      assertThat(new RowTest(condition, WORD, Set.of("a")).test(row("a", table(other))))
          .isEqualTo(Answer.FAILS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "EQ, a, PLAIN, true",
    "IN, a, PLAIN, true",
    "EQ, a, NEGATED, false",
    "IN, a, NEGATED, false",
    "EQ, '', PLAIN, false",
    "NEQ, a, PLAIN, false",
    "NEQ, a, NEGATED, false",
    "ISDISTINCT, a, NEGATED, false",
    "LT, a, PLAIN, false",
    "IS, a, PLAIN, false"
  })
  void rowsAreFoundByTheTextOfOneOfAFewValues(
      Operator operator, String equals, Negation negation, boolean isIndexable) {
    var texts = equals.isEmpty() ? Set.<String>of() : Set.of(equals);

    assertThat(
            new RowTest(new Condition("word", operator, "x", negation), WORD, texts).isIndexable())
        .isEqualTo(isIndexable);
  }
}

package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.error.DataError;
import io.stabbur.data.request.SelectItem.Aggregate;
import io.stabbur.data.request.SelectItem.Column;
import io.stabbur.data.request.SelectItem.Embed;
import io.stabbur.data.request.SelectItem.Join;
import io.stabbur.data.request.SelectItem.Spread;
import io.stabbur.platform.error.ApiException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectParserTest {
  static Stream<Arguments> columns() {
    return Stream.of(
        Arguments.of("*", Column.STAR),
        Arguments.of("a", column("a")),
        Arguments.of(" a ", column("a")),
        Arguments.of("a-b", column("a-b")),
        Arguments.of("a b", column("a b")),
        Arguments.of("$a_1", column("$a_1")),
        Arguments.of("påske", column("påske")),
        Arguments.of("\"a,b\"", column("a,b")),
        Arguments.of("\"a\\\"b\"", column("a\"b")),
        Arguments.of("x:a", new Column(Field.of("a"), null, null, null, "x")),
        Arguments.of("\"x y\":a", new Column(Field.of("a"), null, null, null, "x y")),
        Arguments.of("a::text", new Column(Field.of("a"), "text", null, null, null)),
        Arguments.of("x:a::text", new Column(Field.of("a"), "text", null, null, "x")),
        Arguments.of(
            "a->b", new Column(json("a", key(JsonStep.Arrow.JSON, "b")), null, null, null, null)),
        Arguments.of(
            "a->>b::int",
            new Column(json("a", key(JsonStep.Arrow.TEXT, "b")), "int", null, null, null)),
        Arguments.of(
            "x:a->0->>b",
            new Column(
                json("a", index(JsonStep.Arrow.JSON, 0), key(JsonStep.Arrow.TEXT, "b")),
                null,
                null,
                null,
                "x")),
        Arguments.of(
            "a->-1", new Column(json("a", index(JsonStep.Arrow.JSON, -1)), null, null, null, null)),
        // more digits than an index has, and digits that go on with letters, are a key
        Arguments.of(
            "a->99999999999",
            new Column(json("a", key(JsonStep.Arrow.JSON, "99999999999")), null, null, null, null)),
        Arguments.of(
            "a->1st",
            new Column(json("a", key(JsonStep.Arrow.JSON, "1st")), null, null, null, null)),
        Arguments.of(
            "a->\"b.c\"",
            new Column(json("a", key(JsonStep.Arrow.JSON, "b.c")), null, null, null, null)),
        Arguments.of(
            "a->b-c",
            new Column(json("a", key(JsonStep.Arrow.JSON, "b-c")), null, null, null, null)),
        Arguments.of("count()", new Column(Field.STAR, null, Aggregate.COUNT, null, null)),
        Arguments.of("n:count()::int", new Column(Field.STAR, null, Aggregate.COUNT, "int", "n")),
        Arguments.of(
            "a::numeric.sum()::int",
            new Column(Field.of("a"), "numeric", Aggregate.SUM, "int", null)),
        Arguments.of("count", column("count")),
        Arguments.of("counted", column("counted")));
  }

  @ParameterizedTest
  @MethodSource("columns")
  void columnsHavePathsCastsAndAliases(String text, SelectItem item) {
    assertThat(SelectParser.parse(text)).containsExactly(item);
  }

  @ParameterizedTest
  @EnumSource(Aggregate.class)
  void everyAggregateIsCalled(Aggregate aggregate) {
    assertThat(SelectParser.parse("a." + aggregate.name().toLowerCase(Locale.ROOT) + "()"))
        .containsExactly(new Column(Field.of("a"), null, aggregate, null, null));
  }

  static Stream<Arguments> embeds() {
    return Stream.of(
        Arguments.of("b()", embed("b", null, null, Join.UNSPECIFIED)),
        Arguments.of("b(*)", embed("b", null, null, Join.UNSPECIFIED, Column.STAR)),
        Arguments.of("x:b(c)", embed("b", "x", null, Join.UNSPECIFIED, column("c"))),
        Arguments.of("b!fk(c)", embed("b", null, "fk", Join.UNSPECIFIED, column("c"))),
        Arguments.of("b!inner(c)", embed("b", null, null, Join.INNER, column("c"))),
        Arguments.of("b!left(c)", embed("b", null, null, Join.LEFT, column("c"))),
        Arguments.of("b!fk!inner(c)", embed("b", null, "fk", Join.INNER, column("c"))),
        Arguments.of("b!inner!fk(c)", embed("b", null, "fk", Join.INNER, column("c"))),
        // the first of two hints counts
        Arguments.of("b!one!two(c)", embed("b", null, "one", Join.UNSPECIFIED, column("c"))),
        Arguments.of(
            "b(c,d(e))",
            embed(
                "b",
                null,
                null,
                Join.UNSPECIFIED,
                column("c"),
                embed("d", null, null, Join.UNSPECIFIED, column("e")))),
        Arguments.of("count(a)", embed("count", null, null, Join.UNSPECIFIED, column("a"))),
        Arguments.of("...b(c)", new Spread("b", null, Join.UNSPECIFIED, List.of(column("c")))),
        Arguments.of("...b!fk!inner(c)", new Spread("b", "fk", Join.INNER, List.of(column("c")))));
  }

  @ParameterizedTest
  @MethodSource("embeds")
  void relationsAreEmbeddedOrSpread(String text, SelectItem item) {
    assertThat(SelectParser.parse(text)).containsExactly(item);
  }

  @Test
  void itemsKeepTheirOrder() {
    assertThat(SelectParser.parse("a , b( c , d ) ,*"))
        .containsExactly(
            column("a"),
            embed("b", null, null, Join.UNSPECIFIED, column("c"), column("d")),
            Column.STAR);
    assertThat(SelectParser.parse("")).isEmpty();
    assertThat(SelectParser.parse("  ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",",
        "a,",
        ",a",
        "a,,b",
        "a(",
        "a(b",
        "a!(b)",
        "a!inner",
        "...a",
        "...",
        "..a(b)",
        "a.",
        "a.b",
        "a.sum",
        "a.median()",
        "a::",
        "a->",
        "a->>",
        "x:",
        ":a",
        "\"\"",
        "\"a",
        "a!b!c!d(e)",
        "*a",
        "a;b",
        "a::text::int.sum"
      })
  void whatDoesNotFollowTheGrammarIsRefused(String text) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> SelectParser.parse(text))
        .satisfies(e -> assertThat(e.error()).isInstanceOf(DataError.QuerySyntax.class));
  }

  @Test
  void embedsEndAtADepth() {
    var deepest = "a(".repeat(SelectParser.DEEPEST) + ")".repeat(SelectParser.DEEPEST);

    assertThat(SelectParser.parse(deepest)).hasSize(1);
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> SelectParser.parse("a(" + deepest + ")"))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(
                        new DataError.QueryTooComplex("embedding depth", SelectParser.DEEPEST)));
  }

  @Test
  void pathsIntoJsonEndAtADepth() {
    assertThat(SelectParser.parse("a" + "->b".repeat(100))).hasSize(1);
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> SelectParser.parse("a" + "->b".repeat(101)))
        .satisfies(
            e -> assertThat(e.error()).isEqualTo(new DataError.QueryTooComplex("JSON path", 100)));
  }

  private static Column column(String name) {
    return new Column(Field.of(name), null, null, null, null);
  }

  private static Embed embed(
      String relation,
      @Nullable String alias,
      @Nullable String hint,
      Join join,
      SelectItem... items) {
    return new Embed(relation, alias, hint, join, List.of(items));
  }

  private static Field json(String name, JsonStep... steps) {
    return new Field(name, List.of(steps));
  }

  private static JsonStep key(JsonStep.Arrow arrow, String name) {
    return new JsonStep(arrow, new JsonStep.Target.Key(name));
  }

  private static JsonStep index(JsonStep.Arrow arrow, int position) {
    return new JsonStep(arrow, new JsonStep.Target.Index(position));
  }
}

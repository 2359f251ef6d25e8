package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.error.DataError;
import io.stabbur.data.request.Condition.Filter;
import io.stabbur.data.request.Condition.Group;
import io.stabbur.data.request.Condition.Logic;
import io.stabbur.data.request.Condition.Negation;
import io.stabbur.data.request.Operation.Compare;
import io.stabbur.data.request.Operation.Comparison;
import io.stabbur.data.request.Operation.DistinctFrom;
import io.stabbur.data.request.Operation.In;
import io.stabbur.data.request.Operation.Is;
import io.stabbur.data.request.Operation.Quantifier;
import io.stabbur.data.request.Operation.Relate;
import io.stabbur.data.request.Operation.Search;
import io.stabbur.data.request.Operation.SearchForm;
import io.stabbur.data.request.Operation.Truth;
import io.stabbur.platform.error.ApiException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterParserTest {
  @ParameterizedTest
  @CsvSource({
    "eq, EQ",
    "gte, GTE",
    "gt, GT",
    "lte, LTE",
    "lt, LT",
    "like, LIKE",
    "ilike, ILIKE",
    "match, MATCH",
    "imatch, IMATCH"
  })
  void comparisonsAlsoExistForAnyAndAll(String word, Comparison comparison) {
    assertThat(operation(word + ".x")).isEqualTo(compare(comparison, Quantifier.ONE, "x"));
    assertThat(operation(word + "(any).{x,y}"))
        .isEqualTo(compare(comparison, Quantifier.ANY, "{x,y}"));
    assertThat(operation(word + "(all).{x,y}"))
        .isEqualTo(compare(comparison, Quantifier.ALL, "{x,y}"));
  }

  @ParameterizedTest
  @CsvSource({
    "neq, NEQ",
    "cs, CONTAINS",
    "cd, CONTAINED",
    "ov, OVERLAPS",
    "sl, LEFT_OF",
    "sr, RIGHT_OF",
    "nxr, NOT_RIGHT_OF",
    "nxl, NOT_LEFT_OF",
    "adj, ADJACENT"
  })
  void relationsTakeOneValue(String word, Operation.Relation relation) {
    assertThat(operation(word + ".[1,2)")).isEqualTo(new Relate(relation, "[1,2)"));
  }

  @ParameterizedTest
  @CsvSource({"fts, PLAIN_QUERY", "plfts, WORDS", "phfts, PHRASE", "wfts, WEB"})
  void searchesMayNameALanguage(String word, SearchForm form) {
    assertThat(operation(word + ".cat & dog")).isEqualTo(new Search(form, null, "cat & dog"));
    assertThat(operation(word + "(norwegian).katt"))
        .isEqualTo(new Search(form, "norwegian", "katt"));
  }

  @ParameterizedTest
  @CsvSource({
    "null, NULL",
    "NULL, NULL",
    "not_null, NOT_NULL",
    "Not_Null, NOT_NULL",
    "true, TRUE",
    "TRUE, TRUE",
    "false, FALSE",
    "unknown, UNKNOWN"
  })
  void isTakesTruthsInAnyCase(String word, Truth truth) {
    assertThat(operation("is." + word)).isEqualTo(new Is(truth));
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("eq.", compare(Comparison.EQ, Quantifier.ONE, "")),
        Arguments.of("eq.a.b", compare(Comparison.EQ, Quantifier.ONE, "a.b")),
        Arguments.of("eq.a,b)", compare(Comparison.EQ, Quantifier.ONE, "a,b)")),
        Arguments.of("eq.\"a\"", compare(Comparison.EQ, Quantifier.ONE, "\"a\"")),
        Arguments.of("eq. a ", compare(Comparison.EQ, Quantifier.ONE, " a ")),
        Arguments.of("isdistinct.a", new DistinctFrom("a")),
        Arguments.of("in.(1,2)", new In(List.of("1", "2"))),
        Arguments.of("in.()", new In(List.of(""))),
        Arguments.of("in.(,)", new In(List.of("", ""))),
        Arguments.of("in. ( 1,2)", new In(List.of("1", "2"))),
        Arguments.of("in.(\"a,b\",c)", new In(List.of("a,b", "c"))),
        Arguments.of("in.(\"a\\\"b\",\"c\\\\d\")", new In(List.of("a\"b", "c\\d"))),
        Arguments.of("in.(\"a)b\")", new In(List.of("a)b"))),
        // a quote that does not end its element is a sign like any other
        Arguments.of("in.(\"a\"b,c)", new In(List.of("\"a\"b", "c"))),
        Arguments.of("in.(a\"b)", new In(List.of("a\"b"))));
  }

  @ParameterizedTest
  @MethodSource("values")
  void valuesAreTakenAsTheyAre(String text, Operation operation) {
    assertThat(operation(text)).isEqualTo(operation);
  }

  @Test
  void notTurnsOneOperationRound() {
    var test = FilterParser.filter("not.in.(1)");

    assertThat(test.negation()).isEqualTo(Negation.NEGATED);
    assertThat(test.operation()).isEqualTo(new In(List.of("1")));
    assertThat(FilterParser.filter("eq.1").negation()).isEqualTo(Negation.PLAIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "eq",
        "eq1",
        "equals.1",
        "EQ.1",
        "not",
        "not.",
        "not.1",
        "not.not.eq.1",
        "eq(some).1",
        "eq(any.1",
        "eq().1",
        "neq(any).1",
        "in(any).(1)",
        "in.1",
        "in.(1",
        "in",
        "is.maybe",
        "is.",
        "is(any).null",
        "fts().x",
        "fts(english.x",
        "fts(en!).x"
      })
  void whatIsNoOperationIsRefused(String text) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> FilterParser.filter(text))
        .satisfies(e -> assertThat(e.error()).isInstanceOf(DataError.QuerySyntax.class));
    assertThat(FilterParser.filterOrArgument(text)).as("an argument of a function").isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1 | unexpected \"1\" expecting \"not\" or operator (eq, gt, ...)",
        "eq | 3 | unexpected end of input expecting delimiter (.)",
        "not,eq.1 | 4 | unexpected \",\" expecting delimiter (.)",
        "is.maybe | 4 | unexpected \"m\" expecting isVal: (null, not_null, true, false, unknown)",
        "in.1 | 4 | unexpected \"1\" expecting \"(\""
      })
  void refusalsSayWhereAndWhatWasExpected(String text, int column, String details) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> FilterParser.filter(text))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(
                        new DataError.QuerySyntax(
                            "\"failed to parse filter (%s)\" (line 1, column %d)"
                                .formatted(text, column),
                            details)));
  }

  static Stream<Arguments> trees() {
    var a = filter("a", compare(Comparison.EQ, Quantifier.ONE, "1"));
    var b = filter("b", compare(Comparison.GT, Quantifier.ONE, "2"));
    return Stream.of(
        Arguments.of("and", "(a.eq.1,b.gt.2)", group(Negation.PLAIN, Logic.AND, a, b)),
        Arguments.of("or", "(a.eq.1)", group(Negation.PLAIN, Logic.OR, a)),
        Arguments.of("not.or", "(a.eq.1,b.gt.2)", group(Negation.NEGATED, Logic.OR, a, b)),
        Arguments.of(
            "and", " ( a.eq.1 , b.gt.2)", group(Negation.PLAIN, Logic.AND, filterOf("1 "), b)),
        Arguments.of(
            "or",
            "(a.eq.1,and(b.gt.2,not.or(a.eq.1)))",
            group(
                Negation.PLAIN,
                Logic.OR,
                a,
                group(Negation.PLAIN, Logic.AND, b, group(Negation.NEGATED, Logic.OR, a)))),
        Arguments.of(
            "and",
            "(a.not.eq.1)",
            group(
                Negation.PLAIN,
                Logic.AND,
                new Filter(
                    Field.of("a"), Negation.NEGATED, compare(Comparison.EQ, Quantifier.ONE, "1")))),
        Arguments.of("and", "(a.eq.\"1,)(\")", group(Negation.PLAIN, Logic.AND, filterOf("1,)("))),
        Arguments.of("and", "(a.eq.{1,2})", group(Negation.PLAIN, Logic.AND, filterOf("{1,2}"))),
        // braces that do not close end at the separator, as any other value
        Arguments.of(
            "and", "(a.eq.{1,b.gt.2)", group(Negation.PLAIN, Logic.AND, filterOf("{1"), b)),
        Arguments.of(
            "and",
            "(a.in.(1,2),b.gt.2)",
            group(Negation.PLAIN, Logic.AND, filter("a", new In(List.of("1", "2"))), b)));
  }

  @ParameterizedTest
  @MethodSource("trees")
  void treesNest(String operator, String text, Condition tree) {
    assertThat(FilterParser.tree(operator, text)).isEqualTo(tree);
  }

  @Test
  void aTreeFindsFieldsWithinJson() {
    var tree = (Group) FilterParser.tree("or", "(a->b->>0.eq.1)");

    assertThat(((Filter) tree.parts().getFirst()).field())
        .isEqualTo(
            new Field(
                "a",
                List.of(
                    new JsonStep(JsonStep.Arrow.JSON, new JsonStep.Target.Key("b")),
                    new JsonStep(JsonStep.Arrow.TEXT, new JsonStep.Target.Index(0)))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "()",
        "(",
        "(a.eq.1",
        "(a.eq.1,)",
        "(,a.eq.1)",
        "(a)",
        "(xor(a.eq.1))",
        "(a.like(none).1)",
        "(not.a.eq.1)"
      })
  void treesThatDoNotFollowTheGrammarAreRefused(String text) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> FilterParser.tree("and", text))
        .satisfies(e -> assertThat(e.error()).isInstanceOf(DataError.QuerySyntax.class));
  }

  @Test
  void treesEndAtADepth() {
    assertThat(FilterParser.tree("and", nested(FilterParser.DEEPEST - 1))).isNotNull();
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> FilterParser.tree("and", nested(FilterParser.DEEPEST + 1)))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(
                        new DataError.QueryTooComplex("depth of and/or", FilterParser.DEEPEST)));
  }

  private static String nested(int depth) {
    return "(" + "and(".repeat(depth) + "a.eq.1" + ")".repeat(depth) + ")";
  }

  private static Operation operation(String text) {
    return FilterParser.filter(text).operation();
  }

  private static Compare compare(Comparison comparison, Quantifier quantifier, String value) {
    return new Compare(comparison, quantifier, value);
  }

  private static Filter filter(String field, Operation operation) {
    return new Filter(Field.of(field), Negation.PLAIN, operation);
  }

  private static Filter filterOf(String value) {
    return filter("a", compare(Comparison.EQ, Quantifier.ONE, value));
  }

  private static Group group(Negation negation, Logic logic, Condition... parts) {
    return new Group(negation, logic, List.of(parts));
  }
}

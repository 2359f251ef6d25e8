package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.error.DataError;
import io.stabbur.data.request.Condition.Negation;
import io.stabbur.data.request.Operation.Compare;
import io.stabbur.data.request.Operation.Comparison;
import io.stabbur.data.request.Operation.Quantifier;
import io.stabbur.data.request.QueryParser.Unclear;
import io.stabbur.platform.error.ApiException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParserTest {
  @Test
  void anEmptyQueryWantsEverything() {
    var query = parse("");

    assertThat(query.select()).containsExactly(SelectItem.Column.STAR);
    assertThat(query.filters()).isEmpty();
    assertThat(query.logic()).isEmpty();
    assertThat(query.order()).isEmpty();
    assertThat(query.rootRange()).isEqualTo(RowRange.ALL);
    assertThat(query.columns()).isNull();
    assertThat(query.onConflict()).isNull();
    assertThat(query.canonical()).isEmpty();
  }

  @Test
  void filtersStandWhereTheirPathLeads() {
    var query = parse("id=eq.1&books.pages=gt.2&books.authors.name=eq.x&data->>a=eq.y");

    assertThat(query.filters())
        .containsExactly(
            placed(Field.of("id"), Comparison.EQ, "1"),
            placed(Field.of("pages"), Comparison.GT, "2", "books"),
            placed(Field.of("name"), Comparison.EQ, "x", "books", "authors"),
            placed(
                new Field(
                    "data",
                    List.of(new JsonStep(JsonStep.Arrow.TEXT, new JsonStep.Target.Key("a")))),
                Comparison.EQ,
                "y"));
    assertThat(query.filterKeys())
        .containsExactly("id", "books.pages", "books.authors.name", "data->>a");
  }

  @Test
  void aFieldMayHaveSeveralFilters() {
    assertThat(parse("a=gt.1&a=lt.5").filters())
        .containsExactly(
            placed(Field.of("a"), Comparison.GT, "1"), placed(Field.of("a"), Comparison.LT, "5"));
  }

  @Test
  void treesStandWhereTheirPathLeads() {
    var query = parse("or=(a.eq.1)&books.not.and=(b.eq.2)");

    assertThat(query.logic()).extracting(AtPath::path).containsExactly(List.of(), List.of("books"));
    assertThat(query.logic().getLast().what())
        .isInstanceOfSatisfying(
            Condition.Group.class,
            group -> {
              assertThat(group.negation()).isEqualTo(Negation.NEGATED);
              assertThat(group.logic()).isEqualTo(Condition.Logic.AND);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "limit=5, 0, 5",
    "offset=7, 7,",
    "limit=5&offset=7, 7, 5",
    "offset=7&limit=5, 7, 5",
    "limit=0, 0, 0",
    "limit=+5, 0, 5",
    // what is no number sets no bound
    "limit=many, 0,",
    "limit=, 0,",
    "limit=5&limit=6, 0, 6",
    "limit=9223372036854775807, 0, 9223372036854775807"
  })
  void limitAndOffsetMakeARange(String query, long offset, @Nullable Long limit) {
    assertThat(parse(query).rootRange()).isEqualTo(new RowRange(offset, limit));
  }

  @Test
  void levelsHaveRangesAndOrdersOfTheirOwn() {
    var query = parse("limit=1&books.limit=2&books.authors.offset=3&books.order=a.desc");

    assertThat(query.ranges())
        .isEqualTo(
            Map.of(
                List.of(), new RowRange(0, 1L),
                List.of("books"), new RowRange(0, 2L),
                List.of("books", "authors"), new RowRange(3, null)));
    assertThat(query.order()).singleElement().extracting(AtPath::path).isEqualTo(List.of("books"));
  }

  @Test
  void namesOfColumnsAreSortedAndThoseOfAConflictAreNot() {
    var query = parse("columns=b, a ,\"c,d\",b&on_conflict=z,y");

    assertThat(query.columns()).containsExactly("a", "b", "c,d");
    assertThat(query.onConflict()).containsExactly("z", "y");
  }

  @Test
  void theFirstSelectCounts() {
    assertThat(parse("select=a&select=b").select())
        .containsExactly(new SelectItem.Column(Field.of("a"), null, null, null, null));
  }

  @Test
  void whatIsNoOperationIsAnArgumentOfAFunction() {
    var query = QueryParser.parse("a=1&b=eq.2&c=not&a=3", Unclear.ARGUMENT);

    assertThat(query.arguments())
        .containsExactly(Map.entry("a", "1"), Map.entry("c", "not"), Map.entry("a", "3"));
    assertThat(query.filters()).containsExactly(placed(Field.of("b"), Comparison.EQ, "2"));
  }

  @Test
  void keysWithoutAValueSayNothing() {
    var query = parse("a&select&order&limit");

    assertThat(query.filters()).isEmpty();
    assertThat(query.select()).containsExactly(SelectItem.Column.STAR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=1",
        "a=",
        "a.=eq.1",
        ".a=eq.1",
        "a..b=eq.1",
        "=eq.1",
        "order=",
        "select=a(",
        "columns=",
        "columns=a,",
        "on_conflict=,",
        "or=()",
        ".or=(a.eq.1)",
        "a->=eq.1"
      })
  void whatDoesNotFollowTheGrammarIsRefused(String query) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> parse(query))
        .satisfies(e -> assertThat(e.error()).isInstanceOf(DataError.QuerySyntax.class));
  }

  @Test
  void filtersAreBounded() {
    assertThat(parse("a=eq.1&".repeat(QueryParser.MOST_FILTERS)).filters())
        .hasSize(QueryParser.MOST_FILTERS);
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> parse("a=eq.1&".repeat(QueryParser.MOST_FILTERS) + "or=(a.eq.1)"))
        .satisfies(e -> assertThat(e.error()).isInstanceOf(DataError.QueryTooComplex.class));
  }

  private static Query parse(String query) {
    return QueryParser.parse(query, Unclear.REFUSED);
  }

  private static AtPath<Condition.Filter> placed(
      Field field, Comparison comparison, String value, String... path) {
    return new AtPath<>(
        List.of(path),
        new Condition.Filter(
            field, Negation.PLAIN, new Compare(comparison, Quantifier.ONE, value)));
  }
}

package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.error.DataError;
import io.stabbur.data.request.DataRequest.Profile;
import io.stabbur.data.request.Incoming.Header;
import io.stabbur.data.request.Intent.Body;
import io.stabbur.data.request.Intent.CallVerb;
import io.stabbur.data.request.Preferences.EndChoice;
import io.stabbur.data.request.RequestRules.Description;
import io.stabbur.platform.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
  private static final RequestRules RULES =
      new RequestRules(
          List.of("public", "graphql_public"), null, Description.SERVED, EndChoice.REFUSED);

  static Stream<Arguments> intents() {
    return Stream.of(
        Arguments.of("GET", "/books", new Intent.Read("books", Body.SENT)),
        Arguments.of("HEAD", "/books", new Intent.Read("books", Body.HEADERS_ONLY)),
        Arguments.of("POST", "/books", new Intent.Insert("books")),
        Arguments.of("PATCH", "/books", new Intent.Update("books")),
        Arguments.of("PUT", "/books", new Intent.Upsert("books")),
        Arguments.of("DELETE", "/books", new Intent.Delete("books")),
        Arguments.of("OPTIONS", "/books", new Intent.RelationOptions("books")),
        Arguments.of("GET", "/a%20b%2Fc", new Intent.Read("a b/c", Body.SENT)),
        Arguments.of("GET", "/a+b", new Intent.Read("a+b", Body.SENT)),
        Arguments.of("GET", "/rpc", new Intent.Read("rpc", Body.SENT)),
        Arguments.of("GET", "/rpc/sum", new Intent.Call("sum", CallVerb.GET)),
        Arguments.of("HEAD", "/rpc/sum", new Intent.Call("sum", CallVerb.HEAD)),
        Arguments.of("POST", "/rpc/sum", new Intent.Call("sum", CallVerb.POST)),
        Arguments.of("OPTIONS", "/rpc/sum", new Intent.RoutineOptions("sum")),
        Arguments.of("GET", "/", new Intent.Describe(Body.SENT)),
        Arguments.of("GET", "", new Intent.Describe(Body.SENT)),
        Arguments.of("HEAD", "/", new Intent.Describe(Body.HEADERS_ONLY)),
        Arguments.of("OPTIONS", "/", new Intent.RootOptions()));
  }

  @ParameterizedTest
  @MethodSource("intents")
  void pathAndVerbMakeTheIntent(String method, String path, Intent intent) {
    assertThat(parse(method, path, "", "{}").intent()).isEqualTo(intent);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("TRACE", "/books", new DataError.MethodNotSupported("TRACE")),
        Arguments.of("POST", "/", new DataError.MethodNotSupported("POST")),
        Arguments.of("PUT", "/rpc/sum", new DataError.RoutineMethod("PUT")),
        Arguments.of("PATCH", "/rpc/sum", new DataError.RoutineMethod("PATCH")),
        Arguments.of("DELETE", "/rpc/sum", new DataError.RoutineMethod("DELETE")),
        Arguments.of("GET", "/a/b", new DataError.InvalidPath()),
        Arguments.of("GET", "/rpc/a/b", new DataError.InvalidPath()));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void otherPathsAndVerbsAreRefused(String method, String path, DataError error) {
    assertRefused(() -> parse(method, path, "", "{}"), error);
  }

  @Test
  void theRootMayBeAFunctionOrNothing() {
    var function =
        new RequestRules(List.of("public"), "root", Description.SERVED, EndChoice.REFUSED);
    var nothing =
        new RequestRules(List.of("public"), null, Description.DISABLED, EndChoice.REFUSED);
    var incoming = incoming("GET", "/", "", "");

    assertThat(new RequestParser(function).parse(incoming).intent())
        .isEqualTo(new Intent.Call("root", CallVerb.GET));
    assertRefused(
        () -> new RequestParser(nothing).parse(incoming), new DataError.DescriptionDisabled());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, accept-profile, content-profile",
    "HEAD, accept-profile, content-profile",
    "POST, content-profile, accept-profile",
    "PATCH, content-profile, accept-profile",
    "DELETE, content-profile, accept-profile"
  })
  void theSchemaIsNamedByTheHeaderOfTheVerb(String method, String header, String other) {
    var named = parse(method, "/books", "", "{}", new Header(header, "graphql_public"));
    var without = parse(method, "/books", "", "{}", new Header(other, "graphql_public"));

    assertThat(named.schema()).isEqualTo("graphql_public");
    assertThat(named.profile()).isEqualTo(Profile.NAMED);
    assertThat(without.schema()).as("the first is the default").isEqualTo("public");
    assertRefused(
        () -> parse(method, "/books", "", "{}", new Header(header, "auth")),
        new DataError.SchemaNotExposed("auth", RULES.schemas()));
  }

  @Test
  void theOnlySchemaNeedsNoName() {
    var rules = new RequestRules(List.of("public"), null, Description.SERVED, EndChoice.REFUSED);

    assertThat(new RequestParser(rules).parse(incoming("GET", "/a", "", "")).profile())
        .isEqualTo(Profile.UNNAMED);
  }

  @ParameterizedTest
  @CsvSource({
    "'', , 0,",
    "'', 0-9, 0, 10",
    "'', 5-, 5,",
    "'', 5-5, 5, 1",
    "limit=3, 0-9, 0, 3",
    "limit=30, 0-9, 0, 10",
    "offset=2, 0-9, 2, 8",
    "limit=0, 0-9, 0, 0",
    // what is no range asks for all
    "'', 9, 0,",
    "'', -9, 0,",
    "'', a-b, 0,",
    "'', items=0-9, 0,",
    "limit=9223372036854775807&offset=5, , 5,",
    "'', 0-99999999999999999999999999, 0, 4611686018427387904"
  })
  void headerAndParametersNarrowTheRange(
      String query, @Nullable String header, long offset, @Nullable Long limit) {
    var headers = header == null ? new Header[0] : new Header[] {new Header("range", header)};

    assertThat(parse("GET", "/books", query, "", headers).range())
        .isEqualTo(new RowRange(offset, limit));
  }

  @Test
  void onlyGetHasARangeHeader() {
    assertThat(parse("DELETE", "/books", "a=eq.1", "", new Header("range", "0-9")).range())
        .isEqualTo(RowRange.ALL);
  }

  @Test
  void rangesThatCannotBeAreRefused() {
    assertRefused(
        () -> parse("GET", "/books", "", "", new Header("range", "9-0")),
        new DataError.RangeUnsatisfiable(new DataError.RangeProblem.LowerAboveUpper()));
    assertRefused(
        () -> parse("GET", "/books", "limit=-1", ""),
        new DataError.RangeUnsatisfiable(new DataError.RangeProblem.NegativeLimit()));
    assertRefused(
        () -> parse("GET", "/books", "offset=20", "", new Header("range", "0-9")),
        new DataError.RangeUnsatisfiable(new DataError.RangeProblem.NegativeLimit()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=1", "offset=1", "limit=0"})
  void puttingOneRowHasNoRange(String query) {
    assertRefused(() -> parse("PUT", "/books", query, "{}"), new DataError.UpsertRange());
  }

  @Test
  void onlyFunctionsCalledByGetHaveArgumentsInTheQuery() {
    assertThat(parse("GET", "/rpc/sum", "a=1", "").query().arguments()).hasSize(1);
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> parse("GET", "/books", "a=1", ""));
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> parse("POST", "/rpc/sum", "a=1", "{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS"})
  void otherVerbsHaveNoBody(String method) {
    assertThat(parse(method, "/books", "", "broken").payload()).isEqualTo(new Payload.None());
  }

  @Test
  void puttingOneRowTakesAllItsColumns() {
    assertThat(parse("PUT", "/books", "columns=a", "{\"a\":1,\"b\":2}").payload())
        .isEqualTo(new Payload.Json("{\"a\":1,\"b\":2}", List.of("a", "b"), Payload.Shape.OBJECT));
    assertThat(parse("POST", "/books", "columns=a", "{\"a\":1,\"b\":2}").payload())
        .isEqualTo(new Payload.Json("{\"a\":1,\"b\":2}", List.of("a"), Payload.Shape.OBJECT));
  }

  @Test
  void bodyAndAnswerHaveTypes() {
    var request =
        parse(
            "POST",
            "/books",
            "",
            "a\n1",
            new Header("content-type", "text/csv"),
            new Header("accept", "text/csv;q=0.1"),
            new Header("accept", "application/json"),
            new Header("prefer", "count=exact"));

    assertThat(request.contentType()).isEqualTo(Media.Known.CSV);
    assertThat(request.accept()).containsExactly(Media.Known.JSON, Media.Known.CSV);
    assertThat(request.countsExactly()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "count=exact, true, false, true, false",
    "count=planned, false, true, true, true",
    "count=estimated, true, true, true, true",
    "return=minimal, false, false, false, false"
  })
  void rowsAreCountedAsAsked(
      String prefer, boolean exactly, boolean byPlan, boolean exactlyWithout, boolean withinBound) {
    var request = parse("GET", "/books", "", "", new Header("prefer", prefer));
    var without = request.withoutPlanner();

    assertThat(request.countsExactly()).isEqualTo(exactly);
    assertThat(request.countsByPlan()).isEqualTo(byPlan);
    assertThat(request.countsWithinBound()).isFalse();
    assertThat(without.countsExactly()).isEqualTo(exactlyWithout);
    assertThat(without.countsByPlan()).isFalse();
    assertThat(without.countsWithinBound()).isEqualTo(withinBound);
  }

  private static void assertRefused(Runnable request, DataError error) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(request::run)
        .satisfies(e -> assertThat(e.error()).isEqualTo(error));
  }

  private static DataRequest parse(
      String method, String path, String query, String body, Header... headers) {
    return new RequestParser(RULES).parse(incoming(method, path, query, body, headers));
  }

  private static Incoming incoming(
      String method, String path, String query, String body, Header... headers) {
    return new Incoming(
        method, path, query, List.of(headers), body.getBytes(StandardCharsets.UTF_8));
  }
}

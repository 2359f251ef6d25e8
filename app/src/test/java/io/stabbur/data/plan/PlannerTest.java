package io.stabbur.data.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.catalog.Handler;
import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.Candidate;
import io.stabbur.data.error.DataError.RoutineBody;
import io.stabbur.data.plan.CallPlan.Argument;
import io.stabbur.data.plan.CallPlan.Arguments;
import io.stabbur.data.plan.PlanRules.EmbedLimits;
import io.stabbur.data.plan.PlanRules.Permission;
import io.stabbur.data.plan.PlanRules.TargetNames;
import io.stabbur.data.plan.ReadPlan.Link;
import io.stabbur.data.plan.ReadPlan.Reach;
import io.stabbur.data.plan.ReadPlan.Shape;
import io.stabbur.data.request.Incoming.Header;
import io.stabbur.data.request.Media.Known;
import io.stabbur.data.request.Preferences.Missing;
import io.stabbur.data.request.Preferences.Resolution;
import io.stabbur.data.request.RowRange;
import io.stabbur.platform.error.ApiException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments.ArgumentSet;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a request means in a database of known tables.
class PlannerTest {
  private static final Header ROWS = new Header("prefer", "return=representation");

  @Test
  void aRelationIsReadWhole() {
    var plan = read("/books");

    assertThat(plan.relation()).isEqualTo(Library.name("books"));
    assertThat(plan.rows().isWholeRelation()).isTrue();
    assertThat(plan.rows().range()).isEqualTo(RowRange.ALL);
    assertThat(plan.answer()).isEqualTo(new Handler.Choice(new Handler.Json(), Known.JSON));
    assertThat(plan.isReadOnly()).isTrue();
    assertThat(read("/books?select=id").rows().isWholeRelation()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"bokks, books", "Books, books", "author, authors", "nothing,", "booooooks,"})
  void anUnknownRelationIsRefusedWithTheNearest(String name, @Nullable String near) {
    assertRefused("GET", "/" + name, "", new DataError.NoRelation("public", name, near));
  }

  static Stream<ArgumentSet> refusals() {
    return Stream.of(
        refusal(
            "an embed without a relationship",
            "/books?select=autors(name)",
            new DataError.NoRelationship(
                "books",
                "autors",
                null,
                "public",
                "Perhaps you meant 'authors' instead of 'autors'.")),
        refusal(
            "an embed of a relation without any",
            "/labels?select=books(id)",
            new DataError.NoRelationship(
                "labels",
                "books",
                null,
                "public",
                "Perhaps you meant 'letters' instead of 'labels'.")),
        refusal(
            "a hint that fits nothing",
            "/books?select=authors!editor(name)",
            new DataError.NoRelationship("books", "authors", "editor", "public", null)),
        refusal(
            "two relationships",
            "/letters?select=authors(name)",
            new DataError.AmbiguousRelationship(
                "letters",
                "authors",
                List.of(
                    letter("letters_sender_fkey", "sender"),
                    letter("letters_recipient_fkey", "recipient")))),
        refusal(
            "a filter on what is not embedded",
            "/books?authors.name=eq.x",
            new DataError.NotEmbedded("authors", null)),
        refusal(
            "an order by what is not embedded",
            "/books?order=authors(name)",
            new DataError.NotEmbedded("authors", null)),
        refusal(
            "an order by many rows",
            "/authors?select=*,books(*)&order=books(title)",
            new DataError.OrderNotToOne("authors", "books")),
        refusal(
            "two embeds of one name",
            "/letters?select=authors!sender(name),authors!recipient(name)",
            new DataError.DuplicateEmbed("letters_authors_1")),
        refusal(
            "an aggregate of a spread to-many",
            "/authors?select=name,...books(pages.sum())",
            new DataError.NotImplemented(
                "Aggregates are not implemented for one-to-many or many-to-many spreads.")));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatTheCatalogDoesNotHaveIsRefused(String target, DataError error) {
    assertRefused("GET", target, "", error);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authors!sender",
        "authors!letters_sender_fkey",
        "sender",
        "letters_sender_fkey",
        "x:authors!sender"
      })
  void aHintOrTheNameOfTheKeyChoosesARelationship(String embed) {
    var rows = read("/letters?select=" + embed + "(name)").rows();

    assertThat(rows.embeds())
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.rows().links())
                    .extracting(Link::leftColumn, Link::rightColumn)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("id", "sender")));
  }

  @Test
  void theShapeOfAnEmbedFollowsFromItsRelationship() {
    assertThat(read("/books?select=authors(name)").rows().embeds().getFirst().shape())
        .isEqualTo(new Shape.ToOne("authors", ReadPlan.Show.SHOWN));
    assertThat(read("/authors?select=x:books(id)").rows().embeds().getFirst().shape())
        .isEqualTo(new Shape.ToMany("x", ReadPlan.Show.SHOWN));
    assertThat(read("/books?select=labels(word)").rows().embeds().getFirst().shape())
        .isEqualTo(new Shape.ToMany("labels", ReadPlan.Show.SHOWN));
    assertThat(read("/books?select=authors()").rows().embeds().getFirst().shape())
        .isEqualTo(new Shape.ToOne("authors", ReadPlan.Show.HIDDEN));
    assertThat(read("/books?select=...authors(name)").rows().embeds().getFirst().shape())
        .isInstanceOf(Shape.SpreadOne.class);
    assertThat(read("/authors?select=...books(id)").rows().embeds().getFirst().shape())
        .isInstanceOf(Shape.SpreadMany.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/books?select=authors(name), AFTER_ROWS",
    "/books?select=authors!left(name), AFTER_ROWS",
    "/books?select=authors(name)&authors.name=eq.x, AFTER_ROWS",
    "/books?select=authors!inner(name), WITH_ROWS",
    "/books?select=authors(name)&authors=is.null, WITH_ROWS",
    "/books?select=authors(name)&authors=not.is.null, WITH_ROWS",
    "/books?select=authors(name)&order=authors(name), WITH_ROWS",
    "/books?select=...authors(name), WITH_ROWS"
  })
  void onlyWhatChoosesRowsTakesPartInChoosingThem(String target, Reach reach) {
    assertThat(read(target).rows().embeds().getFirst().reach()).isEqualTo(reach);
  }

  @Test
  void mostRowsHoldForEachLevel() {
    var rules =
        new PlanRules(
            10,
            Permission.GRANTED,
            Permission.GRANTED,
            TargetNames.ALIAS_OR_RELATION,
            Permission.GRANTED,
            new EmbedLimits(0, 0));
    var rows =
        read("/authors?select=id,books(id,labels(word))&limit=5&books.limit=50", rules).rows();

    assertThat(rows.range()).isEqualTo(new RowRange(0, 5L));
    assertThat(rows.embeds().getFirst().rows().range()).isEqualTo(new RowRange(0, 10L));
    assertThat(rows.embeds().getFirst().rows().embeds().getFirst().rows().range())
        .isEqualTo(new RowRange(0, 10L));
  }

  @Test
  void embedsAreBoundedInNumberAndDepth() {
    assertThat(read("/authors?select=books(labels(word))", limited(2, 2)).rows().embeds())
        .hasSize(1);
    assertRefused(
        "/authors?select=books(labels(word))",
        limited(1, 0),
        new DataError.QueryTooComplex("number of embedded relations", 1));
    assertRefused(
        "/authors?select=books(labels(word))",
        limited(0, 1),
        new DataError.QueryTooComplex("embedding depth", 1));
  }

  @Test
  void aggregatesAndExplainingAreGrantedOrRefused() {
    var rules =
        new PlanRules(
            null,
            Permission.REFUSED,
            Permission.REFUSED,
            TargetNames.ALIAS_OR_RELATION,
            Permission.GRANTED,
            new EmbedLimits(0, 0));
    var explained = new Header("accept", "application/vnd.pgrst.plan+json");

    assertRefused("/books?select=pages.sum()", rules, new DataError.AggregatesDisabled());
    assertRefused("/books?select=authors(count())", rules, new DataError.AggregatesDisabled());
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> plan("GET", "/books", "", rules, explained))
        .satisfies(e -> assertThat(e.error()).isInstanceOf(DataError.NotAcceptable.class));
    assertThat(plan("GET", "/books", "", Library.RULES, explained)).isNotNull();
  }

  @Test
  void anAliasMayHaveToBeUsed() {
    var rules =
        new PlanRules(
            null,
            Permission.GRANTED,
            Permission.GRANTED,
            TargetNames.ALIAS,
            Permission.GRANTED,
            new EmbedLimits(0, 0));
    var byRelation = "/books?select=writer:authors(name)&authors.name=eq.x";

    assertThat(read(byRelation).legacyNames())
        .containsExactly(new DataPlan.LegacyName("authors", "writer"));
    assertThat(read("/books?select=writer:authors(name)&writer.name=eq.x").legacyNames()).isEmpty();
    assertRefused(byRelation, rules, new DataError.NotEmbedded("authors", "writer"));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, JSON",
    "*/*, JSON",
    "text/csv, CSV",
    "'image/png, text/csv', CSV",
    "'image/png, */*;q=0.1', JSON"
  })
  void theFirstTypeThatCanBeMadeIsAnswered(String accept, Known media) {
    var plan =
        (DataPlan.Read) plan("GET", "/books", "", Library.RULES, new Header("accept", accept));

    assertThat(plan.answer().media()).isEqualTo(media);
  }

  @Test
  void typesThatCannotBeMadeAreRefused() {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(
            () -> plan("GET", "/books", "", Library.RULES, new Header("accept", "image/png, a/b")))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(new DataError.NotAcceptable(List.of("image/png", "a/b"))));
  }

  @Test
  void headersAloneHaveNoBody() {
    assertThat(((DataPlan.Read) plan("HEAD", "/books", "")).answer().handler())
        .isEqualTo(new Handler.Nothing());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/books | OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE",
        "/letters | OPTIONS,GET,HEAD,POST,PATCH,DELETE",
        "/old_books | OPTIONS,GET,HEAD",
        "/ | OPTIONS,GET,HEAD",
        "/rpc/found | OPTIONS,GET,HEAD,POST"
      })
  void optionsNameTheVerbs(String target, String verbs) {
    assertThat(plan("OPTIONS", target, "")).isEqualTo(new DataPlan.Options(verbs));
  }

  // writes

  @Test
  void aRowIsInsertedWithTheColumnsOfTheBody() {
    var insert =
        (WritePlan.Insert) write("POST", "/books", "{\"title\":\"a\",\"pages\":1}").change();

    assertThat(insert.columns())
        .containsExactly(
            new WritePlan.PayloadColumn("pages", "integer", null, "100"),
            new WritePlan.PayloadColumn("title", "text", null, null));
    assertThat(insert.conflict()).isNull();
    assertThat(insert.returning()).isEmpty();
    assertThat(insert.missing()).isEqualTo(Missing.NULL);
    assertRefused("POST", "/books", "{\"x\":1}", new DataError.NoColumn("books", "x"));
  }

  @ParameterizedTest
  @CsvSource({
    "resolution=merge-duplicates, /books, MERGE, id",
    "resolution=ignore-duplicates, /books, IGNORE, id",
    "resolution=merge-duplicates, /books?on_conflict=title, MERGE, title"
  })
  void duplicatesAreMergedOrIgnored(
      String prefer, String target, Resolution resolution, String column) {
    var plan =
        (DataPlan.Write)
            plan("POST", target, "{\"id\":1}", Library.RULES, new Header("prefer", prefer));

    assertThat(((WritePlan.Insert) plan.change()).conflict())
        .isEqualTo(new WritePlan.Conflict(resolution, List.of(column)));
  }

  @ParameterizedTest
  @CsvSource({
    "/books, *",
    "/books?select=title, id+title",
    "'/books?select=title,authors(name)', author+id+title",
    "'/books?select=title,labels(word)', id+title"
  })
  void aChangeReturnsWhatTheAnswerNeeds(String target, String columns) {
    var plan = (DataPlan.Write) plan("POST", target, "{}", Library.RULES, ROWS);

    assertThat(plan.change().returning()).containsExactlyInAnyOrder(columns.split("\\+"));
    assertThat(plan.isReadOnly()).isFalse();
  }

  @Test
  void filtersOfAChangeChooseItsRowsAndNotThoseOfItsAnswer() {
    var plan =
        (DataPlan.Write)
            plan(
                "PATCH",
                "/books?pages=gt.1&or=(id.eq.1,id.eq.2)&select=id,authors(name)&authors.name=eq.x",
                "{\"pages\":2}",
                Library.RULES,
                ROWS);

    assertThat(((WritePlan.Update) plan.change()).where()).hasSize(2);
    assertThat(plan.rows().where()).isEmpty();
    assertThat(plan.rows().embeds().getFirst().rows().where()).hasSize(1);
  }

  @Test
  void changesWithoutAFilterMayBeRefused() {
    var rules =
        new PlanRules(
            null,
            Permission.GRANTED,
            Permission.GRANTED,
            TargetNames.ALIAS_OR_RELATION,
            Permission.REFUSED,
            new EmbedLimits(0, 0));

    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> plan("DELETE", "/books", "", rules))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new DataError.FilterRequired("DELETE")));
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> plan("PATCH", "/books?limit=1", "{}", rules))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new DataError.FilterRequired("UPDATE")));
    assertThat(plan("DELETE", "/books?id=eq.1", "", rules)).isNotNull();
    assertThat(plan("DELETE", "/books?or=(id.eq.1)", "", rules)).isNotNull();
  }

  @Test
  void puttingMergesTheRowThatItsKeyNames() {
    var insert =
        (WritePlan.Insert)
            write("PUT", "/books_labels?book=eq.1&label=eq.2", "{\"book\":1,\"label\":2}").change();

    assertThat(insert.conflict())
        .isEqualTo(new WritePlan.Conflict(Resolution.MERGE, List.of("book", "label")));
    assertThat(insert.keyTests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/books",
        "/books?id=gt.1",
        "/books?id=not.eq.1",
        "/books?id=in.(1)",
        "/books?id=eq(any).{1}",
        "/books?title=eq.a",
        "/books?id=eq.1&title=eq.a",
        "/books?id=eq.1&or=(id.eq.1)",
        "/books_labels?book=eq.1",
        "/letters?sender=eq.1"
      })
  void puttingNeedsEqualityOfExactlyTheKey(String target) {
    assertRefused("PUT", target, "{\"id\":1}", new DataError.UpsertFilters());
  }

  // encrypted columns

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/books?code=eq.x",
        "/books?code=like.*x*",
        "/books?code=in.(x)",
        "/books?or=(id.eq.1,code.eq.x)",
        "/books?order=code.desc"
      })
  void ciphertextIsNotCompared(String target) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> read(target))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isInstanceOfSatisfying(
                        DataError.Database.class,
                        error -> assertThat(error.sqlState()).isEqualTo("0A000")));
  }

  @Test
  void ciphertextIsThereOrNot() {
    assertThat(read("/books?select=code&code=is.null").rows().where()).hasSize(1);
    assertThat(read("/books?code=not.is.null").rows().where()).hasSize(1);
  }

  // calls

  @Test
  void argumentsComeFromTheQueryTheFormOrTheBody() {
    assertThat(call("GET", "/rpc/add?a=1&b=2", "").call().arguments())
        .isInstanceOfSatisfying(
            Arguments.Named.class,
            named ->
                assertThat(named.values())
                    .extracting(Argument::values)
                    .containsExactly(List.of("1"), List.of("2")));
    assertThat(call("POST", "/rpc/add", "{\"a\":1}").call().arguments())
        .isInstanceOfSatisfying(
            Arguments.FromJson.class,
            json -> assertThat(json.parameters()).extracting("name").containsExactly("a"));
    assertThat(
            ((DataPlan.Call)
                    plan(
                        "POST",
                        "/rpc/add",
                        "a=1&a=3",
                        Library.RULES,
                        new Header("content-type", Known.FORM.mime())))
                .call()
                .arguments())
        .as("of several values of one argument the last counts")
        .isInstanceOfSatisfying(
            Arguments.Named.class,
            named -> assertThat(named.values().getFirst().values()).containsExactly("3"));
  }

  @Test
  void aVariadicParameterTakesAllValues() {
    assertThat(call("GET", "/rpc/found?words=a&words=b", "").call().arguments())
        .isInstanceOfSatisfying(
            Arguments.Named.class,
            named -> assertThat(named.values().getFirst().values()).containsExactly("a", "b"));
    assertThat(call("GET", "/rpc/found", "").call().arguments()).isEqualTo(new Arguments.None());
  }

  @Test
  void aFunctionMayTakeTheWholeBody() {
    assertThat(call("POST", "/rpc/store", "[{\"x\":1}]").call().arguments())
        .isInstanceOfSatisfying(
            Arguments.Whole.class, whole -> assertThat(whole.body()).isEqualTo("[{\"x\":1}]"));
    assertThat(call("POST", "/rpc/store", "{\"x\":1}").call().arguments())
        .isInstanceOfSatisfying(
            Arguments.Whole.class, whole -> assertThat(whole.body()).isEqualTo("{\"x\":1}"));
  }

  @ParameterizedTest
  @CsvSource({"GET, /rpc/add?a=1, true", "POST, /rpc/add, true", "POST, /rpc/store, false"})
  void onlyAVolatileFunctionThatIsPostedMayChangeRows(
      String method, String target, boolean isReadOnly) {
    assertThat(call(method, target, "{\"a\":1}").isReadOnly()).isEqualTo(isReadOnly);
  }

  @Test
  void rowsOfAFunctionAreReadLikeARelation() {
    var plan = call("GET", "/rpc/found?select=id,authors(name)&pages=gt.1&order=title", "");

    assertThat(plan.rows().embeds()).hasSize(1);
    assertThat(plan.rows().where()).hasSize(1);
    assertThat(plan.call().returning()).containsExactlyInAnyOrder("id", "author", "pages", "title");
  }

  static Stream<ArgumentSet> calls() {
    return Stream.of(
        refusal(
            "a name that is near",
            "/rpc/adds?a=1",
            new DataError.NoRoutine(
                "public",
                "adds",
                List.of("a"),
                RoutineBody.NONE,
                "Perhaps you meant to call the function public.add")),
        refusal(
            "arguments that are near",
            "/rpc/add?a=1&c=2",
            new DataError.NoRoutine(
                "public",
                "add",
                List.of("a", "c"),
                RoutineBody.NONE,
                "Perhaps you meant to call the function public.add(a, b)")),
        refusal(
            "a name that is not",
            "/rpc/zzzzzz",
            new DataError.NoRoutine("public", "zzzzzz", List.of(), RoutineBody.NONE, null)),
        refusal(
            "two that fit",
            "/rpc/twice?x=1",
            new DataError.AmbiguousRoutine(
                List.of("public.twice(x => integer)", "public.twice(x => text)"))));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void functionsThatAreNotThereAreRefused(String target, DataError error) {
    assertRefused("GET", target, "", error);
  }

  @Test
  void rowsOfAFunctionThatReturnsOneAreNotCounted() {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(
            () ->
                plan(
                    "POST",
                    "/rpc/add",
                    "{\"a\":1}",
                    Library.RULES,
                    new Header("prefer", "handling=strict, max-affected=1")))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new DataError.AffectedNeedsSet()));
  }

  private static ArgumentSet refusal(String what, String target, DataError error) {
    return org.junit.jupiter.params.provider.Arguments.argumentSet(what, target, error);
  }

  private static Candidate letter(String constraint, String column) {
    return new Candidate(
        "many-to-one",
        "letters with authors",
        "%s using letters(%s) and authors(id)".formatted(constraint, column),
        constraint);
  }

  private static PlanRules limited(int count, int depth) {
    return new PlanRules(
        null,
        Permission.GRANTED,
        Permission.GRANTED,
        TargetNames.ALIAS_OR_RELATION,
        Permission.GRANTED,
        new EmbedLimits(count, depth));
  }

  private static void assertRefused(String method, String target, String body, DataError error) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> plan(method, target, body))
        .satisfies(e -> assertThat(e.error()).isEqualTo(error));
  }

  private static void assertRefused(String target, PlanRules rules, DataError error) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> read(target, rules))
        .satisfies(e -> assertThat(e.error()).isEqualTo(error));
  }

  private static DataPlan.Read read(String target) {
    return read(target, Library.RULES);
  }

  private static DataPlan.Read read(String target, PlanRules rules) {
    return (DataPlan.Read) plan("GET", target, "", rules);
  }

  private static DataPlan.Write write(String method, String target, String body) {
    return (DataPlan.Write) plan(method, target, body);
  }

  private static DataPlan.Call call(String method, String target, String body) {
    return (DataPlan.Call) plan(method, target, body);
  }

  private static DataPlan plan(String method, String target, String body) {
    return plan(method, target, body, Library.RULES);
  }

  private static DataPlan plan(
      String method, String target, String body, PlanRules rules, Header... headers) {
    return new Planner(rules)
        .plan(Library.request(method, target, body, headers), Library.catalog());
  }
}

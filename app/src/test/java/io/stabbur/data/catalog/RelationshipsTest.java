package io.stabbur.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.data.catalog.KeyRow.Columns;
import io.stabbur.data.catalog.KeyRow.Kind;
import io.stabbur.data.catalog.Relationship.ColumnPair;
import io.stabbur.data.catalog.Relationship.Computed;
import io.stabbur.data.catalog.Relationship.Foreign;
import io.stabbur.data.catalog.Relationship.Link;
import io.stabbur.data.catalog.Relationship.Size;
import io.stabbur.data.catalog.ViewKeys.ViewRow;
import io.stabbur.data.catalog.ViewOrigins.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Which relations can be embedded in which, from keys, views and functions. Each way is written as
/// `from > to by kind (pairs of columns)`.
class RelationshipsTest {
  private static final Set<String> API = Set.of("api");

  private final List<KeyRow> keys = new ArrayList<>();
  private final List<ViewRow> views = new ArrayList<>();
  private final List<Computed> computed = new ArrayList<>();
  private final Map<Name, Relation> relations = new HashMap<>();
  private final Map<String, Long> numbers = new HashMap<>();

  /// The columns of every table here, by number from 1.
  private static final List<String> COLUMNS = List.of("id", "a_id", "b_id", "c_id", "org_id");

  @Test
  void aForeignKeyLeadsBothWays() {
    table("books", "id");
    table("authors", "id");
    foreign("books", List.of("a_id"), "authors", List.of("id"));

    assertThat(ways())
        .containsExactlyInAnyOrder(
            "books > authors by many-to-one (a_id=id)", "authors > books by one-to-many (id=a_id)");
  }

  @Test
  void aForeignKeyOfUniqueColumnsLeadsToOneEachWay() {
    table("profiles", "id");
    table("users", "id");
    unique("profiles", "a_id");
    foreign("profiles", List.of("a_id"), "users", List.of("id"));

    assertThat(ways())
        .containsExactlyInAnyOrder(
            "profiles > users by one-to-one (a_id=id)", "users > profiles by one-to-one (id=a_id)");
  }

  @Test
  void aPrimaryKeyThatRefersElsewhereIsUniqueToo() {
    table("details", "id");
    table("users", "id");
    foreign("details", List.of("id"), "users", List.of("id"));

    assertThat(ways()).contains("details > users by one-to-one (id=id)");
  }

  /// Unique together is not unique each; the order of columns in the key does not matter.
  @Test
  void onlyTheSameColumnsAreUnique() {
    table("parts", "id");
    table("wholes", "id");
    unique("parts", "org_id", "a_id");
    foreign("parts", List.of("a_id"), "wholes", List.of("id"));
    foreign("parts", List.of("a_id", "org_id"), "wholes", List.of("id", "org_id"));

    assertThat(ways())
        .contains(
            "parts > wholes by many-to-one (a_id=id)",
            "parts > wholes by one-to-one (a_id=id,org_id=org_id)")
        .doesNotContain(
            "parts > wholes by one-to-one (a_id=id)",
            "parts > wholes by many-to-one (a_id=id,org_id=org_id)");
  }

  @Test
  void aKeyOfSeveralColumnsPairsThemInItsOrder() {
    table("items", "id");
    table("orders", "id");
    foreign("items", List.of("org_id", "a_id"), "orders", List.of("org_id", "id"));

    assertThat(ways())
        .contains(
            "items > orders by many-to-one (org_id=org_id,a_id=id)",
            "orders > items by one-to-many (org_id=org_id,id=a_id)");
  }

  @Test
  void aTableMayReferToItself() {
    table("nodes", "id");
    foreign("nodes", List.of("a_id"), "nodes", List.of("id"));

    assertThat(ways())
        .containsExactlyInAnyOrder(
            "nodes > nodes by many-to-one (a_id=id)", "nodes > nodes by one-to-many (id=a_id)");
  }

  @Test
  void aTableWhosePrimaryKeyHasTwoForeignKeysJoinsTheirTables() {
    table("users", "id");
    table("groups", "id");
    table("members", "a_id", "b_id");
    foreign("members", List.of("a_id"), "users", List.of("id"));
    foreign("members", List.of("b_id"), "groups", List.of("id"));

    assertThat(ways())
        .contains(
            "users > groups by members (id=a_id / id=b_id)",
            "groups > users by members (id=b_id / id=a_id)");
  }

  /// PostgREST's rule: a surrogate key makes no junction, even where the pair is unique.
  @Test
  void aTableWithAKeyOfItsOwnIsNoJunction() {
    table("users", "id");
    table("groups", "id");
    table("members", "id");
    unique("members", "a_id", "b_id");
    foreign("members", List.of("a_id"), "users", List.of("id"));
    foreign("members", List.of("b_id"), "groups", List.of("id"));

    assertThat(ways()).noneMatch(way -> way.contains("by members"));
  }

  @Test
  void aJunctionMayJoinATableWithItself() {
    table("people", "id");
    table("friends", "a_id", "b_id");
    foreign("friends", List.of("a_id"), "people", List.of("id"));
    foreign("friends", List.of("b_id"), "people", List.of("id"));

    assertThat(ways())
        .contains(
            "people > people by friends (id=a_id / id=b_id)",
            "people > people by friends (id=b_id / id=a_id)")
        .doesNotContain(
            "people > people by friends (id=a_id / id=a_id)",
            "people > people by friends (id=b_id / id=b_id)");
  }

  @Test
  void threeForeignKeysInThePrimaryKeyJoinEachTwo() {
    table("a", "id");
    table("b", "id");
    table("c", "id");
    table("abc", "a_id", "b_id", "c_id");
    foreign("abc", List.of("a_id"), "a", List.of("id"));
    foreign("abc", List.of("b_id"), "b", List.of("id"));
    foreign("abc", List.of("c_id"), "c", List.of("id"));

    assertThat(ways())
        .filteredOn(way -> way.contains("by abc"))
        .hasSize(6)
        .contains("a > b by abc (id=a_id / id=b_id)", "c > a by abc (id=c_id / id=a_id)");
  }

  @Test
  void aJunctionThatIsNotExposedLeadsNowhereButItsEndsAreKnown() {
    table("users", "id");
    table("groups", "id");
    relation(new Name("hidden", "members"), "a_id", "b_id");
    foreign("hidden.members", List.of("a_id"), "users", List.of("id"));
    foreign("hidden.members", List.of("b_id"), "groups", List.of("id"));

    var all = all();

    assertThat(all.values().stream().flatMap(Collection::stream)).isEmpty();
    assertThat(all.keySet()).containsExactlyInAnyOrder(name("users"), name("groups"));
  }

  @Test
  void whatIsNotExposedIsNoEnd() {
    table("books", "id");
    relation(new Name("hidden", "authors"), "id");
    foreign("books", List.of("a_id"), "hidden.authors", List.of("id"));

    assertThat(all()).isEmpty();
  }

  @Test
  void aViewHasTheKeysOfTheTableItShows() {
    table("books", "id");
    table("authors", "id");
    foreign("books", List.of("a_id"), "authors", List.of("id"));
    view("novels", "books", Map.of("novel", "id", "writer", "a_id"));

    assertThat(ways())
        .containsExactlyInAnyOrder(
            "books > authors by many-to-one (a_id=id)",
            "authors > books by one-to-many (id=a_id)",
            "novels > authors by many-to-one (writer=id)",
            "authors > novels by one-to-many (id=writer)");
  }

  @Test
  void viewsOnBothSidesAreJoinedToo() {
    table("books", "id");
    table("authors", "id");
    foreign("books", List.of("a_id"), "authors", List.of("id"));
    view("novels", "books", Map.of("writer", "a_id"));
    view("writers", "authors", Map.of("number", "id"));

    assertThat(ways())
        .contains(
            "books > writers by many-to-one (a_id=number)",
            "novels > authors by many-to-one (writer=id)",
            "novels > writers by many-to-one (writer=number)",
            "writers > novels by one-to-many (number=writer)");
  }

  @Test
  void aViewThatLacksAColumnOfTheKeyHasItNot() {
    table("items", "id");
    table("orders", "id");
    foreign("items", List.of("org_id", "a_id"), "orders", List.of("org_id", "id"));
    view("some", "items", Map.of("order", "a_id"));

    assertThat(ways()).noneMatch(way -> way.contains("some"));
  }

  @Test
  void aColumnThatAViewShowsTwiceIsAChoice() {
    table("books", "id");
    table("authors", "id");
    foreign("books", List.of("a_id"), "authors", List.of("id"));
    view("novels", "books", Map.of("writer", "a_id", "by", "a_id"));

    assertThat(ways())
        .contains(
            "novels > authors by many-to-one (writer=id)",
            "novels > authors by many-to-one (by=id)");
  }

  @Test
  void aViewOfAViewShowsTheTableBehindBoth() {
    table("books", "id");
    table("authors", "id");
    foreign("books", List.of("a_id"), "authors", List.of("id"));
    view("novels", "books", Map.of("writer", "a_id"));
    view("good", "novels", Map.of("pen", "writer"));

    assertThat(ways()).contains("good > authors by many-to-one (pen=id)");
  }

  @Test
  void aViewInAHiddenSchemaIsLookedThrough() {
    table("books", "id");
    table("authors", "id");
    foreign("books", List.of("a_id"), "authors", List.of("id"));
    view(new Name("hidden", "middle"), "books", Map.of("writer", "a_id"));
    view("good", "hidden.middle", Map.of("pen", "writer"));

    assertThat(ways())
        .contains("good > authors by many-to-one (pen=id)")
        .noneMatch(way -> way.contains("middle"));
  }

  /// `create or replace view` cannot make such a pair, but a catalog that is read while views are
  /// replaced may show one.
  @Test
  void viewsThatShowEachOtherAreFollowedOnce() {
    table("authors", "id");
    views.add(viewRow(name("one"), "two", Map.of("x", "x")));
    views.add(viewRow(name("two"), "one", Map.of("x", "x")));
    foreign("one", List.of("id"), "authors", List.of("id"));

    assertThat(ways()).contains("one > authors by many-to-one (id=id)");
  }

  @Test
  void aFunctionTakesThePlaceOfTheKeyOfItsName() {
    table("books", "id");
    table("authors", "id");
    foreign("books", List.of("a_id"), "authors", List.of("id"));
    computed.add(new Computed(name("authors"), name("books"), name("authors"), Size.ONE));
    computed.add(new Computed(name("readers"), name("books"), name("authors"), Size.MANY));

    assertThat(ways())
        .containsExactlyInAnyOrder(
            "authors > books by one-to-many (id=a_id)",
            "books > authors by function authors",
            "books > authors by function readers");
  }

  @Test
  void aFunctionOfWhatIsHiddenIsNone() {
    computed.add(new Computed(name("f"), new Name("hidden", "a"), name("b"), Size.ONE));
    computed.add(new Computed(name("f"), name("a"), new Name("hidden", "b"), Size.ONE));

    assertThat(all()).isEmpty();
  }

  /// Clients see the list where a request is ambiguous, so it must not change with the order in
  /// which the database told the keys.
  @Test
  void theOrderDoesNotDependOnThatOfTheKeys() {
    table("a", "id");
    table("b", "id");
    table("ab", "a_id", "b_id");
    foreign("ab", List.of("a_id"), "a", List.of("id"));
    foreign("ab", List.of("b_id"), "b", List.of("id"));
    foreign("a", List.of("b_id"), "b", List.of("id"));
    foreign("a", List.of("c_id"), "b", List.of("id"));
    foreign("b", List.of("a_id"), "a", List.of("id"));
    view("c", "a", Map.of("x", "b_id", "y", "c_id", "z", "id"));
    var inOrder = all();

    java.util.Collections.reverse(keys);

    assertThat(all()).isEqualTo(inOrder);
    assertThat(inOrder.getOrDefault(name("a"), List.of()).stream().map(RelationshipsTest::text))
        .containsSubsequence(
            "a > ab by one-to-many (id=a_id)",
            "a > b by one-to-many (id=a_id)",
            "a > b by many-to-one (b_id=id)",
            "a > b by many-to-one (c_id=id)",
            "a > b by ab (id=a_id / id=b_id)");
  }

  private List<String> ways() {
    return all().values().stream()
        .flatMap(Collection::stream)
        .map(RelationshipsTest::text)
        .toList();
  }

  private Map<Name, List<Relationship>> all() {
    return new Relationships(keys, new ViewKeys(views, API), relations).all(computed, API);
  }

  private static String text(Relationship way) {
    var kind =
        switch (way) {
          case Computed function -> "function " + function.function().name();
          case Foreign foreign -> text(foreign.link());
        };
    return way.from().name() + " > " + way.to().name() + " by " + kind;
  }

  private static String text(Link link) {
    return switch (link) {
      case Link.ManyToOne(var _, var columns) -> "many-to-one (" + text(columns) + ")";
      case Link.OneToMany(var _, var columns) -> "one-to-many (" + text(columns) + ")";
      case Link.OneToOne(var _, var columns, var _) -> "one-to-one (" + text(columns) + ")";
      case Link.ManyToMany(var junction, var _, var _, var near, var far) ->
          junction.name() + " (" + text(near) + " / " + text(far) + ")";
    };
  }

  private static String text(List<ColumnPair> columns) {
    return columns.stream()
        .map(pair -> pair.here() + "=" + pair.there())
        .collect(Collectors.joining(","));
  }

  private static Name name(String name) {
    var dot = name.indexOf('.');
    return dot < 0 ? new Name("api", name) : Name.parse(name);
  }

  private long number(Name name) {
    return numbers.computeIfAbsent(name.toString(), _ -> 16384L + numbers.size());
  }

  private void table(String name, String... key) {
    relation(name(name), key);
  }

  private void relation(Name name, String... key) {
    relations.put(
        name, new Relation(name, Relation.Kind.TABLE, null, Set.of(), List.of(key), Map.of()));
    keys.add(
        new KeyRow(name.name() + "_pkey", Kind.PRIMARY, name, columns(name, List.of(key)), null));
  }

  private void unique(String table, String... columns) {
    keys.add(
        new KeyRow(
            table + "_key",
            Kind.UNIQUE,
            name(table),
            columns(name(table), List.of(columns)),
            null));
  }

  private void foreign(String from, List<String> here, String to, List<String> there) {
    var constraint = from + "_" + String.join("_", here) + "_fkey";
    keys.add(
        new KeyRow(
            constraint,
            Kind.FOREIGN,
            name(from),
            columns(name(from), here),
            new KeyRow.Referenced(name(to), columns(name(to), there))));
  }

  private Columns columns(Name relation, List<String> names) {
    return new Columns(
        number(relation),
        names,
        names.stream().map(column -> COLUMNS.indexOf(column) + 1).toList());
  }

  private void view(String name, String of, Map<String, String> columns) {
    view(name(name), of, columns);
  }

  private void view(Name name, String of, Map<String, String> columns) {
    views.add(viewRow(name, of, columns));
  }

  /// @param columns of the view, each with the column of the other relation that it shows
  private ViewRow viewRow(Name name, String of, Map<String, String> columns) {
    var origins = new ArrayList<Origin>();
    var names = new HashMap<Integer, String>();
    columns.keySet().stream()
        .sorted()
        .forEach(
            column -> {
              int place = names.size() + 1;
              names.put(place, column);
              origins.add(
                  new Origin(place, number(name(of)), place(of, columns.getOrDefault(column, ""))));
            });
    return new ViewRow(number(name), name, origins, names);
  }

  /// The number of a column of a table, or of a view made before.
  private int place(String relation, String column) {
    for (var view : views) {
      if (view.name().equals(name(relation))) {
        return view.columns().entrySet().stream()
            .filter(each -> each.getValue().equals(column))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(1);
      }
    }
    return Math.max(1, COLUMNS.indexOf(column) + 1);
  }
}

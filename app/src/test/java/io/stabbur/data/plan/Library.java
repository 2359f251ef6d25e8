package io.stabbur.data.plan;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Column;
import io.stabbur.data.catalog.Column.Nullability;
import io.stabbur.data.catalog.Handler;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.Relation;
import io.stabbur.data.catalog.Relation.Change;
import io.stabbur.data.catalog.Relation.Kind;
import io.stabbur.data.catalog.Relationship;
import io.stabbur.data.catalog.Relationship.ColumnPair;
import io.stabbur.data.catalog.Relationship.Foreign;
import io.stabbur.data.catalog.Relationship.Link;
import io.stabbur.data.catalog.RoleSettings;
import io.stabbur.data.catalog.Routine;
import io.stabbur.data.catalog.Routine.Need;
import io.stabbur.data.catalog.Routine.Parameter;
import io.stabbur.data.catalog.Routine.Passing;
import io.stabbur.data.catalog.Routine.Returns;
import io.stabbur.data.catalog.Routine.Volatility;
import io.stabbur.data.catalog.RowSecurity;
import io.stabbur.data.catalog.TypeKind;
import io.stabbur.data.plan.PlanRules.EmbedLimits;
import io.stabbur.data.plan.PlanRules.Permission;
import io.stabbur.data.plan.PlanRules.TargetNames;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.Incoming;
import io.stabbur.data.request.Media.Known;
import io.stabbur.data.request.Preferences.EndChoice;
import io.stabbur.data.request.RequestParser;
import io.stabbur.data.request.RequestRules;
import io.stabbur.data.request.RequestRules.Description;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The catalog of a small library, made by hand, for tests of what needs no database: books by
/// authors, with labels through a junction, letters between authors, a view without keys.
public final class Library {
  public static final PlanRules RULES =
      new PlanRules(
          null,
          Permission.GRANTED,
          Permission.GRANTED,
          TargetNames.ALIAS_OR_RELATION,
          Permission.GRANTED,
          new EmbedLimits(0, 0));

  private static final RequestParser PARSER =
      new RequestParser(
          new RequestRules(List.of("public"), null, Description.SERVED, EndChoice.REFUSED));
  private static final Returns NUMBER =
      new Returns(Routine.Rows.ONE, Routine.Shape.SCALAR, new Name("pg_catalog", "int4"));
  private static final Returns BOOKS =
      new Returns(Routine.Rows.SET, Routine.Shape.COMPOSITE, name("books"));

  private Library() {}

  public static Catalog catalog() {
    return new Catalog(
        relations(),
        relationships(),
        routines(),
        Map.of(name("books"), Map.of("summary", TypeKind.SEARCH_VECTOR)),
        Map.of(),
        Map.of(new Catalog.Conversion("secret", "never compared"), name("x")),
        Map.of(
            new Handler.Key(null, Known.JSON), new Handler.Choice(new Handler.Json(), Known.JSON),
            new Handler.Key(null, Known.ANY), new Handler.Choice(new Handler.Json(), Known.JSON),
            new Handler.Key(null, Known.CSV), new Handler.Choice(new Handler.Csv(), Known.CSV)),
        new RoleSettings(Map.of()),
        new RowSecurity(Set.of(), Set.of()));
  }

  /// A request as a client sends it.
  public static DataRequest request(
      String method, String target, String body, Incoming.Header... headers) {
    int question = target.indexOf('?');
    return PARSER.parse(
        new Incoming(
            method,
            question < 0 ? target : target.substring(0, question),
            question < 0 ? "" : target.substring(question + 1),
            List.of(headers),
            body.getBytes(StandardCharsets.UTF_8)));
  }

  static Name name(String name) {
    return new Name("public", name);
  }

  private static Map<Name, Relation> relations() {
    var all = new LinkedHashMap<Name, Relation>();
    for (var relation :
        List.of(
            table(
                "books",
                List.of("id"),
                column("id", "integer"),
                column("title", "text"),
                column("pages", "integer"),
                column("author", "integer"),
                column("data", "jsonb"),
                column("code", "secret")),
            table("authors", List.of("id"), column("id", "integer"), column("name", "text")),
            table("labels", List.of("id"), column("id", "integer"), column("word", "text")),
            table(
                "books_labels",
                List.of("book", "label"),
                column("book", "integer"),
                column("label", "integer")),
            table(
                "letters", List.of(), column("sender", "integer"), column("recipient", "integer")),
            new Relation(
                name("old_books"),
                Kind.VIEW,
                null,
                Set.of(),
                List.of(),
                Map.of("id", column("id", "integer"))))) {
      all.put(relation.name(), relation);
    }
    return all;
  }

  private static Relation table(String name, List<String> key, Column... columns) {
    var all = new LinkedHashMap<String, Column>();
    Arrays.stream(columns).forEach(column -> all.put(column.name(), column));
    return new Relation(name(name), Kind.TABLE, null, Set.of(Change.values()), key, all);
  }

  private static Column column(String name, String type) {
    var kind = type.equals("jsonb") ? TypeKind.JSON : TypeKind.OTHER;
    var standard = name.equals("pages") ? "100" : null;
    return new Column(
        name, null, Nullability.NULLABLE, type, type, kind, null, standard, List.of());
  }

  private static Map<Name, List<Relationship>> relationships() {
    var bookLabels =
        new Link.ManyToMany(
            name("books_labels"),
            "books_labels_book_fkey",
            "books_labels_label_fkey",
            List.of(new ColumnPair("id", "book")),
            List.of(new ColumnPair("id", "label")));
    return Map.of(
        name("books"),
        List.of(
            foreign("books", "authors", toOne("books_author_fkey", "author")),
            foreign("books", "labels", bookLabels)),
        name("authors"),
        List.of(foreign("authors", "books", toMany("books_author_fkey", "author"))),
        name("letters"),
        List.of(
            foreign("letters", "authors", toOne("letters_sender_fkey", "sender")),
            foreign("letters", "authors", toOne("letters_recipient_fkey", "recipient"))));
  }

  private static Foreign foreign(String from, String to, Link link) {
    return new Foreign(name(from), name(to), link, Kind.TABLE, Kind.TABLE);
  }

  private static Link toOne(String constraint, String column) {
    return new Link.ManyToOne(constraint, List.of(new ColumnPair(column, "id")));
  }

  private static Link toMany(String constraint, String column) {
    return new Link.OneToMany(constraint, List.of(new ColumnPair("id", column)));
  }

  private static Map<Name, List<Routine>> routines() {
    return Map.of(
        name("add"),
        List.of(
            routine(
                "add",
                NUMBER,
                Volatility.IMMUTABLE,
                parameter("a", "integer", Need.REQUIRED),
                parameter("b", "integer", Need.OPTIONAL))),
        name("twice"),
        List.of(
            routine("twice", NUMBER, Volatility.STABLE, parameter("x", "integer", Need.REQUIRED)),
            routine("twice", NUMBER, Volatility.STABLE, parameter("x", "text", Need.REQUIRED))),
        name("store"),
        List.of(
            routine("store", NUMBER, Volatility.VOLATILE, parameter("", "json", Need.REQUIRED))),
        name("found"),
        List.of(
            routine(
                "found",
                BOOKS,
                Volatility.STABLE,
                new Parameter("words", "text", "text[]", Need.OPTIONAL, Passing.VARIADIC))));
  }

  private static Routine routine(
      String name, Returns returns, Volatility volatility, Parameter... parameters) {
    return new Routine(
        1, name(name), null, List.of(parameters), returns, volatility, null, Map.of(), Map.of());
  }

  private static Parameter parameter(String name, String type, Need need) {
    return new Parameter(name, type, type, need, Passing.SINGLE);
  }
}

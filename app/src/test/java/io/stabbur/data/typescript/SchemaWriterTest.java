package io.stabbur.data.typescript;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.Relation.Kind;
import io.stabbur.data.catalog.Relationship.ColumnPair;
import io.stabbur.data.catalog.Relationship.Foreign;
import io.stabbur.data.catalog.Relationship.Link;
import io.stabbur.data.catalog.Relationship.Side;
import io.stabbur.data.typescript.Schema.Argument;
import io.stabbur.data.typescript.Schema.Column;
import io.stabbur.data.typescript.Schema.Domain;
import io.stabbur.data.typescript.Schema.Field;
import io.stabbur.data.typescript.Schema.Function;
import io.stabbur.data.typescript.Schema.Nulls;
import io.stabbur.data.typescript.Schema.Relation;
import io.stabbur.data.typescript.Schema.Rows;
import io.stabbur.data.typescript.Schema.Set;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The module of types that clients compile against.
class SchemaWriterTest {
  private static final long TEXT = 25;
  private static final long INT4 = 23;
  private static final long JSONB = 3802;
  private static final long RECORD = 2249;
  private static final long TEXTS = 1009;
  private static final long UNKNOWN_TYPE = 9999;
  private static final long MOOD = 20001;
  private static final long BOOKS_ROW = 20002;
  private static final long POINT_ROW = 20003;
  private static final long VIEW_ROW = 20004;
  private static final long HIDDEN_MOOD = 20005;
  private static final long EMAIL = 20007;
  private static final long DEEP = 20009;

  private final Map<Long, Schema.Type> types = new HashMap<>();
  private final List<Relation> relations = new ArrayList<>();
  private final List<Function> functions = new ArrayList<>();
  private final Map<String, List<Foreign>> keys = new HashMap<>();

  SchemaWriterTest() {
    builtIn(TEXT, "text");
    builtIn(INT4, "int4");
    builtIn(JSONB, "jsonb");
    builtIn(2278, "void");
    builtIn(RECORD, "record");
    array(TEXTS, TEXT);
    types.put(
        MOOD, new Schema.Type("public", "mood", 0, 0, Domain.NO, "", List.of("sad", "ok \"x\"")));
    array(20006, MOOD);
    types.put(
        HIDDEN_MOOD, new Schema.Type("private", "mood", 0, 0, Domain.NO, "", List.of("a", "b")));
    row("public", "books", BOOKS_ROW, "r");
    row("private", "books", 20010, "r");
    row("public", "novels", VIEW_ROW, "v");
    row("public", "spot", POINT_ROW, "c");
    types.put(EMAIL, new Schema.Type("public", "email", 0, TEXT, Domain.YES, "", List.of()));
    types.put(DEEP, new Schema.Type("public", "deep", 0, EMAIL, Domain.YES, "", List.of()));
    array(20008, EMAIL);
  }

  private void builtIn(long id, String name) {
    types.put(id, new Schema.Type("pg_catalog", name, 0, 0, Domain.NO, "", List.of()));
  }

  private void array(long id, long element) {
    types.put(id, new Schema.Type("public", "_a", element, 0, Domain.NO, "", List.of()));
  }

  private void row(String schema, String name, long id, String kind) {
    types.put(id, new Schema.Type(schema, name, 0, 0, Domain.NO, kind, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "25 ! string",
        "23 ! number",
        "3802 ! Json",
        "2278 ! undefined",
        "2249 ! Record<string, unknown>",
        "9999 ! unknown",
        "1009 ! string[]",
        "20001 ! Database[\"public\"][\"Enums\"][\"mood\"]",
        "20006 ! Database[\"public\"][\"Enums\"][\"mood\"][]",
        "20005 ! \"a\" | \"b\"",
        "20002 ! Database[\"public\"][\"Tables\"][\"books\"][\"Row\"]",
        "20004 ! Database[\"public\"][\"Views\"][\"novels\"][\"Row\"]",
        "20003 ! Database[\"public\"][\"CompositeTypes\"][\"spot\"]",
        "20010 ! unknown",
        "20007 ! unknown",
        "20008 ! unknown[]"
      })
  void aTypeOfPostgresHasOneInTypeScript(long id, String name) {
    assertThat(new TypeNames(schema("public")).of(id)).isEqualTo(name);
  }

  @Test
  void aDomainIsWhatItIsMadeOfWhereItIsAColumn() {
    var names = new TypeNames(schema("public"));

    assertThat(names.ofColumn(EMAIL)).isEqualTo("string");
    assertThat(names.ofColumn(DEEP)).isEqualTo("string");
    assertThat(names.ofColumn(INT4)).isEqualTo("number");
    assertThat(names.ofColumn(UNKNOWN_TYPE)).isEqualTo("unknown");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "string ! string[]",
        "Json ! Json[]",
        "Database[\"a\"][\"b\"] ! Database[\"a\"][\"b\"][]",
        "Database[\"a\"][\"b]\"] ! Database[\"a\"][\"b]\"][]",
        "string | null ! (string | null)[]",
        "\"a\" | \"b\" ! (\"a\" | \"b\")[]",
        "{ a: string } ! ({ a: string })[]",
        "Record<string, unknown> ! (Record<string, unknown>)[]",
        "Database[\"a\\\"\"] ! (Database[\"a\\\"\"])[]"
      })
  void whatIsMoreThanANameIsPutInParentheses(String element, String array) {
    assertThat(TypeNames.array(element)).isEqualTo(array);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name | name",
        "_x$9 | _x$9",
        "9x | \"9x\"",
        "two words | \"two words\"",
        "a-b | \"a-b\"",
        "å | \"å\"",
        "`` | \"\"",
        "a\"b | \"a\\\"b\"",
        "a\\b | \"a\\\\b\"",
        "`a\nb` | \"a\\nb\""
      })
  void aNameIsQuotedWhereItIsNoIdentifier(String name, String key) {
    assertThat(Keys.of(name)).isEqualTo(key);
  }

  @Test
  void aTableSaysWhatMayAndMustBeGiven() {
    books(
        new Column("id", INT4, Set.NEVER, Nulls.NONE),
        new Column("title", TEXT, Set.REQUIRED, Nulls.NONE),
        new Column("note", TEXT, Set.OPTIONAL, Nulls.ALLOWED),
        new Column("data", JSONB, Set.OPTIONAL, Nulls.NONE),
        new Column("odd", UNKNOWN_TYPE, Set.OPTIONAL, Nulls.ALLOWED));

    assertThat(part("Tables", "books"))
        .isEqualTo(
            """
            books: {
              Row: {
                id: number
                title: string
                note: string | null
                data: NonNullable<Json>
                odd: unknown
              }
              ComputedFields: never
              Insert: {
                id?: never
                title: string
                note?: string | null
                data?: NonNullable<Json>
                odd?: unknown
              }
              Update: {
                id?: never
                title?: string
                note?: string | null
                data?: NonNullable<Json>
                odd?: unknown
              }
              Relationships: []
            }
            """);
  }

  @Test
  void aFunctionOfARowIsAFieldThatCanOnlyBeRead() {
    books(new Column("id", INT4, Set.REQUIRED, Nulls.NONE));
    functions.add(function("short_title", TEXT, new Argument("", BOOKS_ROW, Set.REQUIRED)));
    functions.add(function("other", TEXT, new Argument("", INT4, Set.REQUIRED)));

    assertThat(part("Tables", "books"))
        .contains("    short_title: string | null\n")
        .contains("  ComputedFields: \"short_title\"\n")
        .doesNotContain("other")
        .contains("  Insert: {\n    id: number\n  }\n");
  }

  @ParameterizedTest
  @CsvSource({"0, false", "4, false", "8, false", "12, true", "28, true", "16, false"})
  void aViewIsWrittenOnlyWhereItTakesBothNewRowsAndChanges(int changes, boolean isWritten) {
    relations.add(
        new Relation(
            "public",
            "novels",
            "v",
            VIEW_ROW,
            changes,
            List.of(
                new Column("id", INT4, Set.OPTIONAL, Nulls.ALLOWED),
                new Column("sum", INT4, Set.READ_ONLY, Nulls.ALLOWED))));

    var view = part("Views", "novels");

    assertThat(view.contains("Insert: {\n    id?: number | null\n    sum?: never\n"))
        .isEqualTo(isWritten);
    assertThat(view.contains("Update: {")).isEqualTo(isWritten);
  }

  @Test
  void relationshipsAreOrderedAndStayInTheirSchema() {
    books();
    keys.put(
        "public.books",
        List.of(
            foreign("public", "people", new Link.ManyToOne("z_fkey", pair("editor"))),
            foreign("private", "secrets", new Link.ManyToOne("b_fkey", pair("s"))),
            foreign(
                "public",
                "covers",
                new Link.OneToOne("a_fkey", pair("cover"), Side.HOLDS_THE_KEY))));

    assertThat(part("Tables", "books"))
        .endsWith(
            """
              Relationships: [
                {
                  foreignKeyName: "a_fkey"
                  columns: ["cover"]
                  isOneToOne: true
                  referencedRelation: "covers"
                  referencedColumns: ["id"]
                },
                {
                  foreignKeyName: "z_fkey"
                  columns: ["editor"]
                  isOneToOne: false
                  referencedRelation: "people"
                  referencedColumns: ["id"]
                },
              ]
            }
            """);
  }

  @Test
  void aFunctionHasItsArgumentsByName() {
    functions.add(
        function(
            "add",
            INT4,
            new Argument("b", INT4, Set.OPTIONAL),
            new Argument("a", INT4, Set.REQUIRED),
            new Argument("odd name", TEXT, Set.REQUIRED)));

    assertThat(part("Functions", "add"))
        .isEqualTo(
            """
            add: {
              Args: { a: number; b?: number; "odd name": string }
              Returns: number
            }
            """);
  }

  @Test
  void overloadsAreAUnion() {
    functions.add(function("f", INT4));
    functions.add(function("f", TEXT, new Argument("a", TEXT, Set.REQUIRED)));

    assertThat(SchemaWriter.write(schema("public")))
        .contains(
            """
                  f:
                    | {
                      Args: Record<PropertyKey, never>
                      Returns: number
                    }
                    | {
                      Args: { a: string }
                      Returns: string
                    }
            """);
  }

  /// A single argument without a name takes the body of the request, if its type can.
  @ParameterizedTest
  @CsvSource({"25, true", "3802, true", "23, false", "1009, false", "9999, false"})
  void anArgumentWithoutANameIsABody(long type, boolean isCallable) {
    functions.add(function("f", INT4, new Argument("", type, Set.REQUIRED)));

    assertThat(SchemaWriter.write(schema("public")).contains("\n      f: {")).isEqualTo(isCallable);
  }

  @Test
  void twoArgumentsWithoutNamesCannotBeGiven() {
    var body = new Argument("", JSONB, Set.REQUIRED);
    functions.add(function("f", INT4, body, body));

    assertThat(SchemaWriter.write(schema("public"))).doesNotContain("\n      f: {");
  }

  @Test
  void aFunctionThatGivesRowsSaysOfWhatAndHowMany() {
    books(new Column("id", INT4, Set.REQUIRED, Nulls.NONE));
    functions.add(
        new Function("public", "all", List.of(), List.of(), BOOKS_ROW, Rows.SET, "all()"));
    functions.add(
        new Function("public", "best", List.of(), List.of(), BOOKS_ROW, Rows.SET_OF_ONE, "best()"));

    assertThat(part("Functions", "all"))
        .isEqualTo(
            """
            all: {
              Args: Record<PropertyKey, never>
              Returns: ({ id: number })[]
              SetofOptions: {
                from: "*"
                to: "books"
                isOneToOne: false
                isSetofReturn: true
              }
            }
            """);
    assertThat(part("Functions", "best"))
        .contains("Returns: ({ id: number })[]")
        .contains("isOneToOne: true")
        .contains("isSetofReturn: true");
  }

  @Test
  void aTableOfFieldsIsWrittenOut() {
    functions.add(
        new Function(
            "public",
            "rows",
            List.of(),
            List.of(new Field("a", INT4), new Field("b c", TEXTS)),
            RECORD,
            Rows.SET,
            "rows()"));

    assertThat(part("Functions", "rows"))
        .contains("Returns: ({ a: number; \"b c\": string[] })[]")
        .doesNotContain("SetofOptions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Tables", "Views", "Functions", "Enums", "CompositeTypes"})
  void aPartWithoutAnythingSaysSo(String part) {
    types.remove(MOOD);

    assertThat(SchemaWriter.write(schema("public")))
        .contains("    %s: {\n      [_ in never]: never\n    }\n".formatted(part));
  }

  @Test
  void enumerationsAreThereAsTypesAndAsValues() {
    assertThat(SchemaWriter.write(schema("public")))
        .contains("    Enums: {\n      mood: \"sad\" | \"ok \\\"x\\\"\"\n    }\n")
        .endsWith(
            """
            export const Constants = {
              public: {
                Enums: {
                  mood: ["sad", "ok \\"x\\""],
                },
              },
            } as const
            """);
  }

  @Test
  void compositeTypesHaveFieldsThatMayBeNull() {
    relations.add(
        new Relation(
            "public",
            "spot",
            "c",
            POINT_ROW,
            0,
            List.of(
                new Column("x", INT4, Set.OPTIONAL, Nulls.NONE),
                new Column("y", EMAIL, Set.OPTIONAL, Nulls.ALLOWED))));

    assertThat(part("CompositeTypes", "spot"))
        .isEqualTo("spot: {\n  x: number | null\n  y: unknown\n}\n");
  }

  @Test
  void bracesAndBracketsAreBalanced() {
    books(new Column("id", INT4, Set.REQUIRED, Nulls.NONE));
    functions.add(new Function("public", "f", List.of(), List.of(), BOOKS_ROW, Rows.SET, "f()"));
    keys.put(
        "public.books", List.of(foreign("public", "books", new Link.ManyToOne("k", pair("id")))));
    var module = SchemaWriter.write(schema("public", "api")).replace("=>", "");

    for (var pair : List.of("{}", "[]", "()", "<>")) {
      assertThat(count(module, pair.charAt(0)))
          .as(pair)
          .isEqualTo(count(module, pair.charAt(1)))
          .isPositive();
    }
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(c -> c == wanted).count();
  }

  private void books(Column... columns) {
    relations.add(new Relation("public", "books", "r", BOOKS_ROW, 28, List.of(columns)));
  }

  private static Function function(String name, long result, Argument... arguments) {
    return new Function(
        "public", name, List.of(arguments), List.of(), result, Rows.ONE, name + "()");
  }

  private static List<ColumnPair> pair(String here) {
    return List.of(new ColumnPair(here, "id"));
  }

  private static Foreign foreign(String schema, String to, Link link) {
    return new Foreign(
        new Name("public", "books"), new Name(schema, to), link, Kind.TABLE, Kind.TABLE);
  }

  private Schema schema(String... names) {
    return new Schema(List.of(names), types, relations, functions, keys);
  }

  /// One block of a part of the schema `public`, without its indent.
  private String part(String part, String name) {
    var module = SchemaWriter.write(schema("public"));
    int from = module.indexOf("\n      " + name + ": {", module.indexOf("    " + part + ": {"));
    int to = module.indexOf("\n      }\n", from);
    return module.substring(from + 1, to + "\n      }\n".length()).indent(-6);
  }
}

package io.stabbur.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.plan.Library;
import io.stabbur.data.plan.Planner;
import io.stabbur.data.request.Incoming.Header;
import io.stabbur.platform.sql.Statement;
import io.stabbur.platform.sql.Untyped;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The SQL of requests to a database of known tables.
class SqlWriterTest {
  private static final SqlWriter WRITER = new SqlWriter(null, 1_000);
  private static final String BEGIN = "select row_to_json(t)::text from (";
  private static final String END = ") as t";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "* | \"public\".\"books\".*",
        "id,title | \"public\".\"books\".\"id\", \"public\".\"books\".\"title\"",
        "x:id | \"public\".\"books\".\"id\" as \"x\"",
        "%22a%5C%22b%22 | \"public\".\"books\".\"a\"\"b\"",
        "id::text | cast(\"public\".\"books\".\"id\" as \"text\")",
        "id::INT | cast(\"public\".\"books\".\"id\" as int)",
        "data->a->>b | \"public\".\"books\".\"data\"->'a'->>'b' as \"b\"",
        "data->0 | \"public\".\"books\".\"data\"->?::int as \"data\"",
        "data->a'b | \"public\".\"books\".\"data\"->'a''b' as \"a'b\"",
        // what is no JSON is made JSON first
        "title->>a | to_jsonb(\"public\".\"books\".\"title\")->>'a' as \"a\""
      })
  void columns(String select, String columns) {
    assertThat(rows("/books?select=" + select))
        .isEqualTo("select " + columns + " from \"public\".\"books\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "pages=eq.1 ; pages = ? ; 1",
        "pages=neq.1 ; pages <> ? ; 1",
        "pages=gte.1 ; pages >= ? ; 1",
        "pages=gt.1 ; pages > ? ; 1",
        "pages=lte.1 ; pages <= ? ; 1",
        "pages=lt.1 ; pages < ? ; 1",
        "pages=not.eq.1 ; not pages = ? ; 1",
        "title=like.*a*b ; title like ? ; %a%b",
        "title=ilike.a* ; title ilike ? ; a%",
        "title=match.^a* ; title ~ ? ; ^a*",
        "title=imatch.a ; title ~* ? ; a",
        "title=like(any).{a*,b} ; title like any(?) ; {a%,b}",
        "pages=gt(all).{1,2} ; pages > all(?) ; {1,2}",
        "pages=in.(1,2) ; pages = any(?) ; {\"1\",\"2\"}",
        "pages=in.() ; pages = any(?) ; {}",
        "title=in.(%22a,%5C%22%22,%5C) ; title = any(?) ; {\"a,\\\"\",\"\\\\\"}",
        "pages=isdistinct.1 ; pages is distinct from ? ; 1",
        "data=cs.{} ; data @> ? ; {}",
        "data=cd.{} ; data <@ ? ; {}",
        "data=ov.{} ; data && ? ; {}",
        "data=sl.x ; data << ? ; x",
        "data=sr.x ; data >> ? ; x",
        "data=nxr.x ; data &< ? ; x",
        "data=nxl.x ; data &> ? ; x",
        "data=adj.x ; data -|- ? ; x"
      })
  void filters(String filter, String condition, String value) {
    var statement = read("/books?select=id&" + filter);

    assertThat(where(statement)).isEqualTo(named(condition));
    assertThat(statement.values()).containsExactly(new Untyped(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "pages=is.null | pages is null",
        "pages=is.not_null | pages is not null",
        "pages=not.is.null | not pages is null",
        "pages=is.true | pages is true",
        "pages=is.false | pages is false",
        "pages=is.unknown | pages is unknown",
        "pages=gt.1&pages=lt.5 | pages > ? and pages < ?",
        "or=(id.eq.1,pages.not.gt.2) | (id = ? or not pages > ?)",
        "not.and=(id.eq.1,or(id.eq.2,id.eq.3)) | not (id = ? and (id = ? or id = ?))",
        "data->>a=eq.1 | data->>'a' = ?",
        "title=fts.a | to_tsvector(title) @@ to_tsquery(?::text)",
        "title=plfts.a | to_tsvector(title) @@ plainto_tsquery(?::text)",
        "title=phfts.a | to_tsvector(title) @@ phraseto_tsquery(?::text)",
        "title=wfts(norwegian).a | to_tsvector(?::\"pg_catalog\".\"regconfig\", title) @@"
            + " websearch_to_tsquery(?::\"pg_catalog\".\"regconfig\", ?::text)",
        // what is a search vector already is not made one
        "summary=fts.a | summary @@ to_tsquery(?::text)"
      })
  void conditions(String filter, String condition) {
    assertThat(where(read("/books?select=id&" + filter))).isEqualTo(named(condition));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "order=title | order by title",
        "order=title.desc.nullslast,id.asc | order by title desc nulls last, id asc",
        "order=id.nullsfirst | order by id nulls first",
        "order=data->>a.desc | order by data->>'a' desc",
        "limit=5 | limit ?",
        "offset=5 | offset ?",
        "order=id&limit=5&offset=2 | order by id limit ? offset ?",
        "limit=0 | limit ?"
      })
  void ordersAndRanges(String query, String ending) {
    assertThat(rows("/books?select=id&" + query))
        .isEqualTo("select \"public\".\"books\".\"id\" from \"public\".\"books\" " + named(ending));
  }

  @Test
  void anEmbedIsAskedForTheRowsThatAreLeft() {
    assertThat(rows("/books?select=id,authors(name)&limit=1"))
        .isEqualTo(
            """
            select "public"."books"."id", \
            (select row_to_json("e1".*) from (\
            select "authors_1"."name" from "public"."authors" as "authors_1" \
            where "authors_1"."id" = "public"."books"."author"\
            ) as "e1")::jsonb as "authors" \
            from "public"."books" limit ?\
            """);
    assertThat(rows("/authors?select=x:books(title)&books.order=id&books.limit=2"))
        .isEqualTo(
            """
            select (select coalesce(json_agg("e1"), '[]') from (\
            select "books_1"."title" from "public"."books" as "books_1" \
            where "books_1"."author" = "public"."authors"."id" \
            order by "books_1"."id" limit ?\
            ) as "e1")::jsonb as "x" \
            from "public"."authors\"\
            """);
  }

  @Test
  void anEmbedThroughAJunctionJoinsIt() {
    assertThat(rows("/books?select=labels(word)"))
        .isEqualTo(
            """
            select (select coalesce(json_agg("e1"), '[]') from (\
            select "labels_1"."word" \
            from "public"."labels" as "labels_1", "public"."books_labels" as "books_labels_1_j" \
            where "books_labels_1_j"."label" = "labels_1"."id" \
            and "books_labels_1_j"."book" = "public"."books"."id"\
            ) as "e1")::jsonb as "labels" \
            from "public"."books\"\
            """);
  }

  @Test
  void anEmbedThatMustMatchIsJoined() {
    assertThat(rows("/books?select=id,authors!inner(name)&authors.name=eq.x"))
        .isEqualTo(
            """
            select "public"."books"."id", row_to_json("e1".*)::jsonb as "authors" \
            from "public"."books" \
            inner join lateral (\
            select "authors_1"."name" from "public"."authors" as "authors_1" \
            where "authors_1"."name" = ? and "authors_1"."id" = "public"."books"."author"\
            ) as "e1" on true\
            """);
    assertThat(rows("/authors?select=id,books!inner(title)"))
        .isEqualTo(
            """
            select "public"."authors"."id", coalesce("e1"."e1", '[]')::jsonb as "books" \
            from "public"."authors" \
            inner join lateral (\
            select json_agg("e1")::jsonb as "e1" from (\
            select "books_1"."title" from "public"."books" as "books_1" \
            where "books_1"."author" = "public"."authors"."id"\
            ) as "e1") as "e1" on "e1"."e1" is not null\
            """);
  }

  @ParameterizedTest
  @CsvSource({"is.null, is not distinct from null", "not.is.null, is distinct from null"})
  void rowsAreChosenByWhetherAnEmbedFoundAnything(String filter, String condition) {
    assertThat(rows("/books?select=id,authors()&authors=" + filter))
        .isEqualTo(
            """
            select "public"."books"."id" from "public"."books" \
            left join lateral (\
            select "authors_1".* from "public"."authors" as "authors_1" \
            where "authors_1"."id" = "public"."books"."author"\
            ) as "e1" on true where "e1"\
            """
                + " "
                + condition);
  }

  @Test
  void rowsAreOrderedByAnEmbed() {
    assertThat(rows("/books?select=id,authors(name)&order=authors(name).desc"))
        .endsWith(") as \"e1\" on true order by \"e1\".\"name\" desc");
  }

  @Test
  void aSpreadLiftsItsColumns() {
    assertThat(rows("/books?select=title,...authors(writer:name)"))
        .isEqualTo(
            """
            select "public"."books"."title", "e1"."writer" from "public"."books" \
            left join lateral (\
            select "authors_1"."name" as "writer" from "public"."authors" as "authors_1" \
            where "authors_1"."id" = "public"."books"."author"\
            ) as "e1" on true\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pages.sum() | sum(pages)",
        "pages.avg(),pages.min(),pages.max() | avg(pages), min(pages), max(pages)",
        "pages::text.max() | max(cast(pages as \"text\"))",
        "pages.sum()::text | cast(sum(pages) as \"text\")",
        "title,pages.sum() | title, sum(pages) group by title",
        "x:title,pages.sum() | title as \"x\", sum(pages) group by \"x\"",
        "count() | count(*)",
        "title,n:count() | title, count(*) as \"n\" group by title"
      })
  void aggregatesGroupByAllElse(String select, String sql) {
    int group = sql.indexOf(" group by ");
    var columns = group < 0 ? sql : sql.substring(0, group);
    var groups = group < 0 ? "" : sql.substring(group);

    assertThat(rows("/books?select=" + select))
        .isEqualTo(
            "select "
                + named(columns).replace("(*)", "(\"public\".\"books\".*)")
                + " from \"public\".\"books\""
                + named(groups));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/books?id=eq.1&limit=5&order=id | where id = ?",
        "/books?select=id,authors(name) | ''",
        "/books?select=id,authors!inner(name) | where exists (select 1 from \"public\".\"authors\""
            + " as \"authors_1\" where \"authors_1\".\"id\" = author)",
        "/books?select=id,authors()&authors=is.null | where not exists (select 1 from"
            + " \"public\".\"authors\" as \"authors_1\" where \"authors_1\".\"id\" = author)"
      })
  void rowsAreCountedWithoutWhatDoesNotChooseThem(String target, String where) {
    var plan = (DataPlan.Read) plan("GET", target, "");

    assertThat(WRITER.explainCount(plan.rows()).sql())
        .isEqualTo(
            ("explain (format json) select 1 from \"public\".\"books\" " + named(where)).strip());
  }

  // changes

  @Test
  void rowsAreInsertedFromTheBodyAsOneValue() {
    var statement = write("POST", "/books", "[{\"id\":1,\"title\":\"a\"}]");

    assertThat(statement.sql())
        .startsWith(
            """
            with pgrst_source as (\
            insert into "public"."books" ("id", "title") \
            select "pgrst_body"."id", "pgrst_body"."title" \
            from (select ?::json as json_data) as pgrst_payload, \
            lateral (select "id", "title" \
            from json_to_recordset(pgrst_payload.json_data) as _("id" integer, "title" text)\
            ) as pgrst_body \
             returning 1)\
            """);
    assertThat(statement.values()).contains("[{\"id\":1,\"title\":\"a\"}]");
  }

  @Test
  void oneObjectIsOneRow() {
    assertThat(write("POST", "/books", "{\"id\":1}").sql())
        .contains("from json_to_record(pgrst_payload.json_data) as _(\"id\" integer)");
    assertThat(write("POST", "/books", "{}").sql())
        .contains("select  from")
        .contains("(values (1)) as _");
  }

  @Test
  void columnsThatAreMissingGetTheirDefaults() {
    assertThat(
            write(
                    "POST",
                    "/books?columns=id,pages",
                    "[{\"id\":1}]",
                    new Header("prefer", "missing=default"))
                .sql())
        .contains("?::jsonb as json_data")
        .contains(
            "lateral (select jsonb_agg(jsonb_build_object('pages', 100) || elem.value) as val"
                + " from jsonb_array_elements(pgrst_payload.json_data) as elem (value))"
                + " as pgrst_json_defs, ")
        .contains("from jsonb_to_recordset(pgrst_json_defs.val) as _(\"id\" integer, ");
  }

  @Test
  void duplicatesAreMergedOrIgnored() {
    assertThat(
            write(
                    "POST",
                    "/books",
                    "{\"id\":1,\"title\":\"a\"}",
                    new Header("prefer", "resolution=ignore-duplicates"))
                .sql())
        .contains(" on conflict (\"id\") do nothing returning 1");
    assertThat(
            write(
                    "POST",
                    "/books?on_conflict=title",
                    "{\"id\":1,\"title\":\"a\"}",
                    new Header("prefer", "resolution=merge-duplicates"))
                .sql())
        .contains(
            " on conflict (\"title\") do update set \"id\" = excluded.\"id\", \"title\" ="
                + " excluded.\"title\" where ");
  }

  @Test
  void anUpdateSetsTheColumnsOfTheBody() {
    assertThat(write("PATCH", "/books?id=eq.1", "{\"title\":\"a\"}").sql())
        .startsWith(
            "with pgrst_source as (update \"public\".\"books\" set \"title\" ="
                + " \"pgrst_body\".\"title\" from ")
        .contains(" where \"public\".\"books\".\"id\" = ? returning 1) ");
    assertThat(write("PATCH", "/books?id=eq.1", "{}").sql())
        .as("no column is set")
        .startsWith("with pgrst_source as (select null from \"public\".\"books\" where false) ");
  }

  @Test
  void aDeleteReturnsWhatIsSelected() {
    assertThat(
            write(
                    "DELETE",
                    "/books?id=eq.1&select=title",
                    "",
                    new Header("prefer", "return=representation"))
                .sql())
        .startsWith(
            "with pgrst_source as (delete from \"public\".\"books\" where"
                + " \"public\".\"books\".\"id\" = ? returning ")
        .contains("\"title\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT | /books?id=eq.1 | x=y | stabbur.key.",
        "DELETE | /books?id=eq.1 | handling=strict, max-affected=5 | stabbur.affected.",
        "PATCH | /books?id=eq.1 | handling=strict, max-affected=5 | stabbur.affected."
      })
  void whatMustHoldIsCheckedInTheStatement(
      String method, String target, String prefer, String guard) {
    assertThat(write(method, target, "{\"id\":1}", new Header("prefer", prefer)).sql())
        .contains("current_setting('" + guard + "' || count(*)) end");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE | handling=lenient, max-affected=5",
        "DELETE | max-affected=5",
        "POST | handling=strict, max-affected=5"
      })
  void onlyStrictHandlingBoundsTheRowsOfAChange(String method, String prefer) {
    assertThat(write(method, "/books?id=eq.1", "{\"id\":1}", new Header("prefer", prefer)).sql())
        .doesNotContain("stabbur.affected.");
  }

  @Test
  void oneObjectOfAChangeIsCheckedInTheStatement() {
    assertThat(
            write(
                    "PATCH",
                    "/books?id=eq.1",
                    "{\"id\":1}",
                    new Header("accept", "application/vnd.pgrst.object+json"))
                .sql())
        .contains("current_setting('stabbur.single.' || count(*)) end");
  }

  // answers

  @Test
  void aTotalIsCountedOnlyWhereItWasAskedFor() {
    var exactly = new Header("prefer", "count=exact");

    assertThat(written("/books").sql()).contains("null::bigint as total");
    assertThat(written("/books", exactly).sql()).contains("count(*) as total");
    assertThat(written("/books?limit=1", exactly).sql())
        .contains(
            "(select count(*) from (select 1 from \"public\".\"books\") as counted) as total");
  }

  @Test
  void aBodyIsBounded() {
    assertThat(written("/books").values()).contains(10_000, 1_000, 10_001L);
    assertThat(
            written("/books", new Header("accept", "application/vnd.pgrst.object+json")).values())
        .isEmpty();
  }

  @Test
  void thePlanOfPostgresMayBeTheAnswer() {
    assertThat(
            written(
                    "/books",
                    new Header(
                        "accept", "application/vnd.pgrst.plan+json; options=analyze|buffers"))
                .sql())
        .startsWith("explain (format json, analyze, buffers) select ");
  }

  private static String rows(String target) {
    var sql = read(target).sql();
    assertThat(sql).startsWith(BEGIN).endsWith(END);
    return sql.substring(BEGIN.length(), sql.length() - END.length());
  }

  private static Statement read(String target) {
    return WRITER.eachRow((DataPlan.Read) plan("GET", target, ""));
  }

  private static Statement written(String target, Header... headers) {
    var request = Library.request("GET", target, "", headers);
    var plan = new Planner(Library.RULES).plan(request, Library.catalog());
    return WRITER.write((DataPlan.Rows) plan, request);
  }

  private static Statement write(String method, String target, String body, Header... headers) {
    var request = Library.request(method, target, body, headers);
    var plan = new Planner(Library.RULES).plan(request, Library.catalog());
    return WRITER.write((DataPlan.Rows) plan, request);
  }

  private static DataPlan plan(String method, String target, String body) {
    return new Planner(Library.RULES)
        .plan(Library.request(method, target, body), Library.catalog());
  }

  private static String where(Statement statement) {
    var sql = statement.sql();
    return sql.substring(sql.indexOf(" where ") + 7, sql.length() - END.length());
  }

  /// The columns of the books with the names that they have in statements.
  private static String named(String sql) {
    var named = sql;
    for (var column : List.of("id", "title", "pages", "data", "summary", "author")) {
      named =
          named.replaceAll(
              "(?<![\"\\w])" + column + "\\b(?![\"(])", "\"public\".\"books\".\"" + column + "\"");
    }
    return named;
  }
}

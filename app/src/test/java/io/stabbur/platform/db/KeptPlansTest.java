package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.sql.SqlFile;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptPlansTest {
  private static final String CLAIMED =
      "create function public.claimed(name text) returns text language sql stable as"
          + " $$ select current_setting('request.jwt.claims', true)::json ->> name $$;"
          + " create function public.\"who is it\"() returns text language sql stable as"
          + " $$ select current_setting('request.jwt.claims', true) $$;";

  private static final String WHOSE =
      "create function public.whose() returns text language sql immutable as $$ select %s $$";

  @Test
  void theShippedSchemaKeepsItsPlans() throws SQLException {
    assertThat(keepsPlansAfter("select 1")).isTrue();
  }

  @Test
  void aFunctionThatIsStableOrReadsNoSettingIsNoReason() throws SQLException {
    assertThat(keepsPlansAfter(CLAIMED)).isTrue();
    assertThat(
            keepsPlansAfter(
                "create function public.slug(title text) returns text language sql immutable"
                    + " as $$ select lower(title) $$"))
        .isTrue();
  }

  @Test
  void anImmutableFunctionThatReadsASettingIs() throws SQLException {
    assertThat(
            keepsPlansAfter(
                "create function public.whose() returns text language sql immutable"
                    + " begin atomic select current_setting('request.jwt.claims', true); end"))
        .isFalse();
  }

  @Test
  void soIsOneInASchemaOfOurs() throws SQLException {
    for (var schema : List.of("auth", "storage", "realtime", "net", "stabbur")) {
      assertThat(
              keepsPlansAfter(
                  "create function "
                      + schema
                      + ".org_id() returns text language sql immutable as $$ select"
                      + " current_setting('request.jwt.claims', true)::json ->> 'org' $$"))
          .as(schema)
          .isFalse();
    }
    assertThat(
            keepsPlansAfter(
                "create or replace function storage.filename(name text) returns text language"
                    + " plpgsql immutable as $$ begin return"
                    + " current_setting('request.jwt.claims', true); end $$"))
        .isFalse();
  }

  /// What is not known by its text is read, and words in it could be names in somebody's schema.
  @Test
  void functionsOfOursAreKnownByTheirText() {
    assertThat(
            TestPostgres.value(
                TestServer.shared().project().admin().login(),
                "select concat(string_agg(p.oid::regprocedure || ' ' || md5(text), ', '))"
                    + " from pg_proc p, coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) text"
                    + " where p.provolatile = 'i'"
                    + " and p.pronamespace::regnamespace::text in ('auth', 'net', 'realtime',"
                    + " 'storage', 'stabbur', 'stabbur_auth', 'stabbur_organization',"
                    + " 'stabbur_storage') and strpos(?, md5(text)) = 0",
                SqlFile.of(KeptPlans.class, "functions-named")))
        .isEmpty();
  }

  @Test
  void thoseOfTheRealtimeServerOfAHostedProjectAreKnown() throws SQLException {
    var login = TestPostgres.newDatabase();
    var cast =
        "create schema realtime; create function realtime.\"cast\"(val text, type_ regtype) returns"
            + " jsonb language plpgsql immutable as $$ declare res jsonb; begin"
            + " execute format('select to_jsonb(%%L::' || type_ || ')', val) into res;"
            + " return res; end $$; alter function realtime.\"cast\" owner to %s";
    assertThat(keepsPlansAfter(login, cast.formatted("supabase_admin"))).isTrue();
    assertThat(keepsPlansAfter(login, cast.formatted("pg_monitor"))).isFalse();
  }

  @Test
  void soIsOneThatCallsAFunctionThatDoes() throws SQLException {
    for (var call :
        new String[] {
          "public.claimed('sub')", "auth.uid()", "\"claimed\" ('sub')", "\"who is it\"()"
        }) {
      assertThat(
              keepsPlansAfter(
                  CLAIMED
                      + "create function public.whose() returns text language plpgsql immutable as"
                      + " $$ begin return "
                      + call
                      + "; end $$"))
          .as(call)
          .isFalse();
    }
  }

  @Test
  void soIsOneThatUsesAnOperatorWhoseFunctionDoes() throws SQLException {
    assertThat(
            keepsPlansAfter(
                "create function public.is_mine(text, text) returns boolean language sql stable as"
                    + " $$ select $2 = current_setting('request.jwt.claims', true) $$;"
                    + " create operator public.<@?> (leftarg = text, rightarg = text,"
                    + " function = public.is_mine);"
                    + " create function public.whose(name text) returns boolean language sql"
                    + " immutable as $$ select name operator(public.<@?>) name $$"))
        .isFalse();
  }

  @Test
  void soIsOneThatReadsRowsThatPoliciesChooseOrAView() throws SQLException {
    var table =
        "create table public.clubs (id int); alter table public.clubs enable row level security;"
            + " create view public.seen as select current_user as who;"
            + " create table public.open (id int);";
    for (var from : new String[] {"generate_series(1, 2), public.clubs c", "\"seen\" c"}) {
      assertThat(
              keepsPlansAfter(
                  table
                      + "create function public.whose() returns bigint language sql immutable as"
                      + " $$ select count(c.*) from "
                      + from
                      + " $$"))
          .as(from)
          .isFalse();
    }
    assertThat(
            keepsPlansAfter(
                table
                    + "create function public.whose(clubs date) returns numeric language sql"
                    + " immutable as $$ select count(*) from public.open $$"))
        .isTrue();
  }

  @Test
  void soIsOneThatCallsBehindACommentOrByAnEscapedName() throws SQLException {
    for (var call :
        List.of("my_org /* a /* b */ */ ()", "my_org -- c\n ()", "U&\"my\\005forg\"()")) {
      assertThat(
              keepsPlansAfter(
                  "create function public.my_org() returns text language sql stable as"
                      + " $$ select current_setting('request.jwt.claims', true) $$;"
                      + "create function public.whose() returns text language sql immutable as"
                      + " $$ select "
                      + call
                      + " $$"))
          .as(call)
          .isFalse();
    }
  }

  @Test
  void soIsOneWhoseStatementsAreMadeAsItRuns() throws SQLException {
    assertThat(
            keepsPlansAfter(
                "create function public.whose() returns text language plpgsql immutable as"
                    + " $$ declare said text; begin"
                    + " execute 'select current_' || 'setting(''request.jwt.claims'')' into said;"
                    + " return said; end $$"))
        .isFalse();
  }

  @Test
  void soIsOneThatCallsByAnyNameOrHasATextRunAsAStatement() throws SQLException {
    for (var call :
        List.of("größe()", "who$is()", "query_to_xml('select 1', true, true, '')::text")) {
      assertThat(
              keepsPlansAfter(
                  "create function public.größe() returns text language sql stable as"
                      + " $$ select current_setting('request.jwt.claims', true) $$;"
                      + "create function public.who$is() returns text language sql stable as"
                      + " $$ select current_setting('request.jwt.claims', true) $$;"
                      + "create function public.whose() returns text language sql immutable as"
                      + " $$ select "
                      + call
                      + " $$"))
          .as(call)
          .isFalse();
    }
  }

  @Test
  void soIsOneThatReadsItWithoutNamingWhatDoes() throws SQLException {
    for (var hidden :
        List.of(
            // an aggregate, whose state function reads
            "create function public.fold(text, text) returns text language sql stable as"
                + " $$ select public.claimed('sub') $$;"
                + " create aggregate public.folded(text) (sfunc = public.fold, stype = text);"
                + WHOSE.formatted("public.folded(n::text) from generate_series(1, 2) n"),
            // a cast
            "create type public.pair as (a text, b text);"
                + " create function public.show(public.pair) returns text language sql stable as"
                + " $$ select public.claimed('sub') $$;"
                + " create cast (public.pair as text) with function public.show(public.pair);"
                + WHOSE.formatted("(row('a', 'b')::public.pair)::text"),
            // the check of a domain
            "create domain public.mine as text check (value = public.claimed('sub'));"
                + WHOSE.formatted("'north'::public.mine"),
            "create domain public.mine as text check (value = current_setting('app.org', true));"
                + WHOSE.formatted("'north'::public.mine"),
            "create domain public.mine as text check (value = public.claimed('sub'));"
                + " create domain public.own as public.mine;"
                + WHOSE.formatted("'north'::public.own"),
            "create domain public.mine as text check (value = public.claimed('sub'));"
                + " create type public.pair as (a public.mine[], b int);"
                + WHOSE.formatted("('({north},1)'::public.pair)::text"),
            // the type of an argument or a result
            "create domain public.mine as text check (value = public.claimed('sub'));"
                + " create function public.same(said public.mine) returns text language sql stable"
                + " as $$ select said $$;"
                + WHOSE.formatted("public.same('north')"),
            "create domain public.mine as text check (value = public.claimed('sub'));"
                + " create function public.whose() returns public.mine language sql immutable"
                + " as $$ select 'north' $$",
            // a default value
            "create function public.same(said text default public.claimed('sub')) returns text"
                + " language sql stable as $$ select said $$;"
                + WHOSE.formatted("public.same()"),
            "create function public.same(said text default current_setting('app.org', true))"
                + " returns text language sql stable as $$ select said $$;"
                + WHOSE.formatted("public.same()"),
            // a function written as a column
            "create table public.open (id int); create function public.claim_of(public.open)"
                + " returns text language sql stable as $$ select public.claimed('sub') $$;"
                + WHOSE.formatted("o.claim_of from public.open o"),
            // a name with a quotation mark
            "create function public.\"who\"\"is\"() returns text language sql stable as"
                + " $$ select public.claimed('sub') $$;"
                + WHOSE.formatted("public.\"who\"\"is\"()"),
            // the user, and what Postgres answers by who it is
            WHOSE.formatted("current_user::text"),
            WHOSE.formatted("user::text"),
            WHOSE.formatted("pg_has_role('postgres', 'member')::text"),
            WHOSE.formatted("string_agg(setting, ',') from pg_show_all_settings()"),
            "create table public.open (id int);"
                + WHOSE.formatted("table_to_xml('public.open', true, true, '')::text"),
            WHOSE.formatted("min(role_name::text) from information_schema.enabled_roles"),
            WHOSE.formatted("min(rolname::text) from pg_catalog.pg_roles"))) {
      assertThat(keepsPlansAfter(CLAIMED + hidden)).as(hidden).isFalse();
    }
  }

  @Test
  void soIsOneInALanguageThatIsNotRead() throws SQLException {
    var login = TestPostgres.newDatabase();
    assertThat(
            keepsPlansAfter(
                login,
                "create function public.setting(text) returns text language internal immutable as"
                    + " 'show_config_by_name'"))
        .isFalse();
    assertThat(keepsPlansAfter(login, "select 1")).isTrue();
  }

  @Test
  void whatDependsOnArgumentsTimeAndFormatsAloneIsNoReason() throws SQLException {
    for (var expression :
        List.of(
            "to_char(timestamptz '2026-01-01', 'YYYY-MM') || format('%s', now())",
            "lower(btrim(concat_ws(' ', 'a', case when 'user' = 'admin' then 'x' end)))",
            "string_agg(n::text, ',' order by n) from generate_series(1, 3) n",
            "jsonb_build_object('a', 1) ->> 'a'",
            "extract(epoch from timestamptz '2026-01-01')::text")) {
      assertThat(keepsPlansAfter(CLAIMED + WHOSE.formatted(expression))).as(expression).isTrue();
    }
  }

  private static boolean keepsPlansAfter(String sql) throws SQLException {
    return keepsPlansAfter(TestServer.shared().project().admin().login(), sql);
  }

  private static boolean keepsPlansAfter(Login login, String sql) throws SQLException {
    try (var connection =
        DriverManager.getConnection(login.url(), login.user(), login.password().reveal())) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute(sql);
        return KeptPlans.mayKeep(connection);
      } finally {
        connection.rollback();
      }
    }
  }
}

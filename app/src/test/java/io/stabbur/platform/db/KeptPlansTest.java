package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

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

  private static boolean keepsPlansAfter(String sql) throws SQLException {
    var login = TestServer.shared().project().admin().login();
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

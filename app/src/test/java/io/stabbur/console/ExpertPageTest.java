package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Statements and tables on the expert pages: read-only holds, policies decide for roles and
/// persons, everything is written down, and nothing that stands in rows runs.
class ExpertPageTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final String RUN = "/expert/statement/default/run";
  private static final String HOSTILE = "</code><script>alert(1)</script>\"'<img src=x onerror=y>";
  private static final String TABLE = "console_" + UUID.randomUUID().toString().replace("-", "");
  private static String person = "";
  private static final String MAIL = UUID.randomUUID() + "@example.org";

  @BeforeAll
  static void rows() {
    Tries.forget(SERVER);
    var key = SERVER.project().keys().secretKey().reveal();
    var made =
        Http.post(
            SERVER.url() + "/auth/v1/admin/users",
            "{\"email\":\"%s\",\"password\":\"a password of some length\"}".formatted(MAIL),
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json");
    person = Objects.requireNonNull(Json.parse(made.body()).get("id")).getStringValue();
    sql("create table public." + TABLE + " (owner uuid, note text)");
    sql("alter table public." + TABLE + " enable row level security");
    sql("revoke all on public." + TABLE + " from anon");
    sql("grant select, insert on public." + TABLE + " to authenticated, service_role");
    sql("create policy own on public." + TABLE + " for all using (owner = auth.uid())");
    sql("insert into public." + TABLE + " values ('" + person + "', 'mine'), (null, 'theirs')");
  }

  @AfterAll
  static void noRows() {
    sql("drop table if exists public." + TABLE + ", public." + TABLE + "_keyed cascade");
  }

  private static void sql(String sql) {
    var admin = SERVER.project().admin();
    var _ =
        admin.transaction(
            Actor.of(admin.login().user()), Access.WRITE, tx -> tx.update(Statement.of(sql)));
  }

  /// @param status that the answer has; none of those that count as done where it is refused
  private static HttpResponse<String> run(int status, Browser browser, String sql, String... more) {
    var form = new HashMap<>(Map.of("sql", sql, "role", "service_role", "person", ""));
    if (!List.of(more).contains("code")) {
      form.put("code", browser.code());
    }
    for (int i = 0; i < more.length; i += 2) {
      form.put(more[i], more[i + 1]);
    }
    var answer = browser.post(RUN, form);
    assertThat(answer.statusCode()).as(sql).isEqualTo(status);
    PageChecks.requireSound(sql, answer);
    return answer;
  }

  @Test
  void aStatementReadsAndChangesNothing() {
    var operator = Browser.of(SERVER, "operator");
    operator.get("/expert/statement");
    var insert = "insert into public." + TABLE + " values (null, 'x') returning note";
    assertThat(run(200, operator, "select count(*) as number_of_rows from public." + TABLE).body())
        .contains("number_of_rows", "1 rows in");
    assertThat(run(422, operator, insert).body()).contains("25006");
    assertThat(run(422, operator, "select 1; " + insert).body()).contains("Write one statement");
    assertThat(run(422, operator, "commit; " + insert).body()).contains("Write one statement");
    assertThat(run(422, operator, "set transaction read write").body()).contains("25001");
    assertThat(run(422, operator, "select set_config('transaction_read_only', 'off', true)").body())
        .contains("25001");
    assertThat(
            run(
                    422,
                    operator,
                    "do $$ begin commit; " + insert.replace(" returning note", "") + "; end $$")
                .body())
        .contains("2D000");
    assertThat(run(422, operator, "with x as (" + insert + ") select * from x").body())
        .contains("25006");
    assertThat(run(200, operator, "select note from public." + TABLE + " where note = 'x'").body())
        .contains("0 rows in");
    assertThat(run(422, operator, "select 'a' ? 'b'").body()).contains("Postgres refused it");
    assertThat(run(200, operator, "select '{\"a\":1}'::jsonb ? 'a' as has").body()).contains(">t<");
  }

  @Test
  void itChangesSomethingWithTheNameAndACodeAlone() {
    var operator = Browser.of(SERVER, "operator");
    operator.get("/expert/statement");
    var note = UUID.randomUUID().toString();
    var insert = "insert into public." + TABLE + " values (null, '" + note + "')";
    assertThat(run(400, operator, insert, "write", "yes", "confirm", "Default").body())
        .contains("Nothing was run", "id=\"confirm-wrong\"");
    var sure = new String[] {"write", "yes", "confirm", "default", "code", "000000"};
    assertThat(run(400, operator, insert, sure).body()).contains("The code is wrong");
    sure[5] = operator.code();
    assertThat(run(200, operator, insert, sure).body()).contains("1 rows changed");
    assertThat(run(200, operator, "select note from public." + TABLE).body()).contains(note);
    assertThat(operator.get("/activity").body())
        .contains("Ran a statement that may change things in the project default:", note);
  }

  @Test
  void allOfAStatementIsWrittenDownOrItIsNotRun() {
    var operator = Browser.of(SERVER, "operator");
    operator.get("/expert/statement");
    var end = UUID.randomUUID().toString();
    var longest =
        "insert into public." + TABLE + " values (null, '" + "x".repeat(19_000) + end + "')";
    assertThat(run(200, operator, longest, "write", "yes", "confirm", "default").body())
        .contains("1 rows changed");
    assertThat(operator.get("/activity").body()).contains(end);
    var longer = "insert into public." + TABLE + " values (null, '" + "y".repeat(40_000) + "')";
    assertThat(run(422, operator, longer, "write", "yes", "confirm", "default").body())
        .contains("may have 40000 characters");
    assertThat(
            run(
                    200,
                    operator,
                    "select count(*) as n from public." + TABLE + " where note like 'yy%'")
                .body())
        .contains(">0<");
  }

  @Test
  void policiesDecideForRolesAndPersons() {
    var operator = Browser.of(SERVER, "operator");
    operator.get("/expert/statement");
    var all = "select note from public." + TABLE + " where note in ('mine', 'theirs')";
    assertThat(run(200, operator, all).body()).contains("mine", "2 rows in");
    assertThat(run(403, operator, all, "role", "anon").body()).contains("42501");
    assertThat(run(200, operator, all, "role", "authenticated").body()).contains("0 rows in");
    assertThat(run(200, operator, all, "person", MAIL).body())
        .contains("<code class=\"text\">mine</code>", "1 rows in");
    assertThat(run(422, operator, all, "person", "nobody@example.org").body())
        .contains("There is nobody with this address");
    for (var role : List.of("owner", "service_role", "authenticated", "anon")) {
      var secrets =
          "do $$ begin perform set_config('role', 'none', true);"
              + " raise exception '%', (select count(*) from vault.decrypted_secrets); end $$";
      assertThat(run(400, operator, secrets, "role", role, "code", "000000").body())
          .as("any role can take another, so each needs a code")
          .contains("The code is wrong");
    }
    assertThat(operator.get("/expert/tables").body()).contains(TABLE).doesNotContain("vault.");
    assertThat(operator.get("/expert/tables/vault/decrypted_secrets").statusCode()).isEqualTo(404);
    assertThat(operator.get("/expert/tables/public/" + TABLE + "?as=owner").statusCode())
        .isEqualTo(400);
    var table = operator.get("/expert/tables/public/" + TABLE + "?person=" + MAIL);
    assertThat(table.body()).contains("mine").doesNotContain("theirs");
    PageChecks.requireSound("table", table);
    assertThat(operator.get("/expert/tables/public/nothing_like_it").statusCode()).isEqualTo(404);
    assertThat(operator.get("/activity").body())
        .contains("as the person " + person)
        .doesNotContain(MAIL);
  }

  @Test
  void rowsKeepTheirOrderFromPageToPage() {
    var operator = Browser.of(SERVER, "operator");
    var keyed = TABLE + "_keyed";
    sql("create table public." + keyed + " (note text, \"the b\" int, a int)");
    sql("alter table public." + keyed + " add primary key (a, \"the b\")");
    var rows = " select 'n' || n, -n, n / 2 from generate_series(1, 60) n";
    sql("insert into public." + keyed + rows);
    sql("create view public." + TABLE + "_view as select * from public." + keyed);
    sql("grant select on public." + keyed + ", public." + TABLE + "_view to service_role");
    sql("update public." + keyed + " set note = 'moved' where a = 0");
    var first = operator.get("/expert/tables/public/" + keyed + "?as=service_role").body();
    assertThat(first.indexOf("moved")).isPositive().isLessThan(first.indexOf(">n3<"));
    assertThat(first.indexOf(">n3<")).isLessThan(first.indexOf(">n2<"));
    var second = operator.get("/expert/tables/public/" + keyed + "?as=service_role&page=1").body();
    assertThat(second).contains(">n60<").doesNotContain("moved");
    for (var other : List.of(TABLE, TABLE + "_view")) {
      assertThat(operator.get("/expert/tables/public/" + other + "?as=service_role").body())
          .as(other)
          .contains("<table class=\"data\">");
    }
  }

  @Test
  void rowsAreFilteredByAColumn() {
    var operator = Browser.of(SERVER, "operator");
    var table = TABLE + "_filtered";
    sql("create table public." + table + " (id int primary key, \"a note\" text)");
    sql("insert into public." + table + " values (1, 'o''clock?'), (2, '100% b'), (3, null)");
    sql("grant select on public." + table + " to service_role");
    var page = "/expert/tables/public/" + table + "?column=";
    var note = page + "a%20note&test=";
    var answer = operator.get(note + "is&value=o'clock?");
    PageChecks.requireSound("filtered", answer);
    assertThat(answer.body()).contains("1 rows in", "value=\"o&#39;clock?\"");
    assertThat(operator.get(note + "contains&value=0%25%20B").body())
        .contains(">100% b<", "1 rows in");
    assertThat(operator.get(note + "contains&value=_").body()).contains("0 rows in");
    assertThat(operator.get(note + "is-null").body()).contains("1 rows in");
    assertThat(operator.get(note + "is-not&value=x").body()).contains("3 rows in");
    assertThat(operator.get(page + "id&test=at-least&value=2").body()).contains("2 rows in");
    assertThat(operator.get(page + "id&test=is&value=1%20or%201=1").body()).contains("22P02");
    assertThat(operator.get(page + "nothing&test=is").statusCode()).isEqualTo(400);
    assertThat(operator.get(page + "id&test=other").statusCode()).isEqualTo(400);
    sql("drop table public." + table);
  }

  @Test
  void aRowIsChangedAsARoleOrAPersonWhosePoliciesDecide() {
    var table = TABLE + "_rows";
    sql("create table public." + table + " (id int, lang text, owner uuid, note text, ok bool)");
    sql("alter table public." + table + " add primary key (id, lang)");
    sql("alter table public." + table + " enable row level security");
    sql("revoke all on public." + table + " from anon");
    sql("grant select, update on public." + table + " to authenticated, service_role");
    sql("create policy seen on public." + table + " for select using (true)");
    sql("create policy own on public." + table + " for update using (owner = auth.uid())");
    sql("insert into public." + table + " values (1, 'nb', '" + person + "', 'a''b?', true)");
    sql("insert into public." + table + " values (2, 'nb', null, '<b>', null)");
    var operator = Browser.of(SERVER, "operator");
    var list = "/expert/tables/public/" + table + "?as=service_role";
    assertThat(operator.get(list).body()).contains("/expert/tables/default/public/" + table);
    var row = "/expert/tables/default/public/" + table;
    var form = new HashMap<>(Map.of("as", "authenticated", "person", MAIL, "key-1", "nb"));
    form.put("key-0", "1");
    var opened = operator.post(row + "/row", form);
    assertThat(opened.statusCode()).as(opened.body()).isEqualTo(200);
    PageChecks.requireSound("row", opened);
    assertThat(opened.body()).contains("a'b?", "As the person " + MAIL);
    form.put("version", hidden(opened.body(), "version"));
    form.put("columns", hidden(opened.body(), "columns"));
    form.put("value-2", person);
    form.put("value-3", "c'd\\?");
    form.put("value-4", "t");
    form.put("code", "000000");
    change(operator, row, form, 400, "the name that was written is another");
    form.put("confirm", table);
    change(operator, row, form, 400, "The code is wrong");
    form.put("code", operator.code());
    sql("alter table public." + table + " add column extra text");
    change(operator, row, form, 409, "the table has other columns by now");
    sql("alter table public." + table + " drop column extra");
    form.put("code", operator.code());
    var changed = operator.post(row + "/change", form);
    assertThat(changed.statusCode()).isEqualTo(303);
    assertThat(changed.headers().firstValue("Location").orElse(""))
        .endsWith("&as=authenticated&person=" + MAIL.replace("@", "%40"));
    assertThat(operator.get(list).body()).contains("c'd\\?");
    form.put("value-3", "later");
    form.put("code", operator.code());
    change(operator, row, form, 409, "the row is another by now");
    form.put("key-0", "2");
    var other = operator.post(row + "/row", form);
    assertThat(other.body()).contains("&lt;b&gt;");
    form.put("version", hidden(other.body(), "version"));
    form.put("value-2", "");
    form.put("null-2", "yes");
    form.put("value-4", "");
    form.put("null-4", "yes");
    form.put("code", operator.code());
    change(operator, row, form, 409, "do not let this role or person change it");
    form.putAll(Map.of("as", "service_role", "person", "", "code", operator.code()));
    form.put("value-4", "no boolean");
    change(operator, row, form, 422, "22P02");
    form.put("as", "owner");
    assertThat(operator.post(row + "/row", form).statusCode()).isEqualTo(400);
    form.putAll(Map.of("as", "anon", "key-0", "1"));
    var denied = operator.post(row + "/row", form);
    assertThat(denied.statusCode()).isEqualTo(403);
    assertThat(denied.body()).contains("42501");
    form.putAll(Map.of("as", "service_role", "key-0", "3"));
    assertThat(operator.post(row + "/row", form).statusCode()).as("no such row").isEqualTo(404);
    var statement = "select 'somebody''s value " + table + "'";
    assertThat(run(200, operator, statement, "role", "anon").body()).contains("s value " + table);
    assertThat(operator.get("/activity").body())
        .contains("a row of public." + table + ": note<", "s value " + table)
        .doesNotContain("c''d");
    var auditor = Browser.of(SERVER, "auditor");
    for (var page : List.of("/activity", "/activity.csv")) {
      assertThat(auditor.get(page).body())
          .as(page)
          .contains("SQL (read) in default as anon")
          .doesNotContain("s value " + table);
    }
    sql("drop table public." + table);
  }

  /// A change that is refused, which no answer that counts as done says.
  private static void change(
      Browser operator, String row, Map<String, String> form, int status, String words) {
    var answer = operator.post(row + "/change", form);
    assertThat(answer.statusCode()).as(words).isEqualTo(status);
    assertThat(answer.body()).contains(words);
  }

  private static String hidden(String body, String name) {
    var found = Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(body);
    assertThat(found.find()).as(name).isTrue();
    return found.group(1);
  }

  @Test
  void aPlanIsDrawnAndRowsAreGivenAsAFile() {
    var operator = Browser.of(SERVER, "operator");
    operator.get("/expert/statement");
    var all = "select note, '=1+1' as sum from public." + TABLE + " order by note";
    assertThat(run(200, operator, all, "show", "plan").body())
        .contains("class=\"tree\"", "Seq Scan", TABLE);
    assertThat(run(422, operator, "delete from public." + TABLE, "show", "plan").body())
        .contains("25006");
    var form = new HashMap<>(Map.of("sql", all, "role", "service_role", "show", "file"));
    form.put("code", operator.code());
    var file = operator.post(RUN, form);
    assertThat(file.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    assertThat(file.body()).startsWith("\"note\",\"sum\"").contains("\"'=1+1\"");
    assertThat(run(422, operator, "select nothing", "show", "file").body()).contains("42703");
  }

  @Test
  void nothingThatStandsInRowsOrNamesRuns() {
    var operator = Browser.of(SERVER, "operator");
    operator.get("/expert/statement");
    var quoted = HOSTILE.replace("'", "''");
    var answer = run(200, operator, "select '" + quoted + "' as \"<b>column\"");
    assertThat(answer.body())
        .contains("&lt;script&gt;", "&lt;b&gt;column")
        .doesNotContain("<script", "<img", "<b>column");
    assertThat(run(422, operator, "select * from public.\"<script>\"").body())
        .doesNotContain("<script");
    var many = run(200, operator, "select generate_series(1, 100000000) as i");
    assertThat(many.body()).contains("The first 200 rows");
    assertThat(run(200, operator, "select repeat('x', 100000)").body().length()).isLessThan(20_000);
    assertThat(operator.get("/activity").body()).doesNotContain("<script", "<img");
  }

  @Test
  @Tag("nightly")
  void aStatementEndsInTime() {
    var operator = Browser.of(SERVER, "operator");
    operator.get("/expert/statement");
    assertThat(
            run(422, operator, "select set_config('statement_timeout', '0', true), pg_sleep(60)")
                .body())
        .contains("57014");
  }
}

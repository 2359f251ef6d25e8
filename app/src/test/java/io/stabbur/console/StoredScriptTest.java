package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.Role;
import io.stabbur.testing.TestServer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A script in every text that somebody can write is shown as text on every page.
@Tag("nightly")
class StoredScriptTest {
  private static final String PAYLOAD = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>";
  private static TestServer server;
  private static ProjectPeople people;
  private static String organization = "";
  private static String person = "";

  @BeforeAll
  static void plant() {
    server = TestServer.start(Map.of());
    people = new ProjectPeople(server);
    organization = people.organization("Bergen", "leder@bergen.example");
    person = people.member(organization, "kari@bergen.example", "peer_mentor");
    people.run("update public.profiles set display_name = ? where id = ?::uuid", PAYLOAD, person);
    people.run(
        "update public.organizations set name = ? where id = ?::uuid", PAYLOAD, organization);
    people.run(
        "update auth.users set phone = null, raw_user_meta_data = jsonb_build_object('full_name',"
            + " ?::text), last_sign_in_at = now() where id = ?::uuid",
        PAYLOAD,
        person);
    people.run(
        "insert into auth.identities (id, provider_id, user_id, provider, identity_data,"
            + " created_at, updated_at) values (gen_random_uuid(), ?, ?::uuid, ?,"
            + " jsonb_build_object('email', ?::text), now(), now())",
        PAYLOAD,
        person,
        PAYLOAD,
        PAYLOAD);
    people.run(
        "insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at,"
            + " updated_at, secret) values (gen_random_uuid(), ?::uuid, ?, 'totp', 'verified',"
            + " now(), now(), 'x')",
        person,
        PAYLOAD);
    people.run(
        "insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent) values"
            + " (gen_random_uuid(), ?::uuid, now(), now(), 'aal1', ?)",
        person,
        PAYLOAD);
    people.run(
        "insert into storage.buckets (id, name, public) values (?, ?, true)", PAYLOAD, PAYLOAD);
    people.run(
        "insert into storage.objects (bucket_id, name, metadata) values (?, ?,"
            + " jsonb_build_object('size', 5, 'mimetype', ?::text))",
        PAYLOAD,
        PAYLOAD,
        PAYLOAD);
    people.run(
        "insert into stabbur.requests (at, request_id, route, method, status, microseconds, role)"
            + " values (now(), ?, ?, ?, 500, 5, ?)",
        PAYLOAD,
        PAYLOAD,
        PAYLOAD,
        PAYLOAD);
    var quoted = '"' + PAYLOAD.replace("\"", "\"\"") + '"';
    people.run("create table public." + quoted + " (" + quoted + " text primary key)");
    people.run("insert into public." + quoted + " values (?)", PAYLOAD);
    people.run("grant select on public." + quoted + " to anon, authenticated, service_role");
    people.run(
        "create policy "
            + quoted
            + " on public."
            + quoted
            + " using ("
            + quoted
            + " = "
            + literal()
            + ")");
    people.run("alter table public." + quoted + " enable row level security");
    // slow enough to be among the statements that are shown
    people.column(
        "select count(*) as " + quoted + " from public." + quoted + ", pg_sleep(1) as slow");
    FunctionPageTest.deploy(people, "hello");
    people.run(
        "insert into stabbur.function_logs (at, function, version, level, message) values (now(),"
            + " 'hello', ?, ?, ?)",
        PAYLOAD,
        PAYLOAD,
        PAYLOAD);
    LoggerFactory.getLogger(PAYLOAD).warn("said {}", PAYLOAD);
    server
        .bean(OperatorDesk.class)
        .create("<script>alert(2)</script>@example.org", Role.AUDITOR, null);
    var owner = Browser.of(server, "owner");
    var key = Map.of("name", PAYLOAD, "kind", "publishable", "code", owner.code());
    assertThat(owner.post("/keys/default/make", key).statusCode()).isEqualTo(200);
    var program = Map.of("name", PAYLOAD, "password", "x", "code", owner.code());
    var _ = owner.post("/account/programs", program);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String literal() {
    return "'" + PAYLOAD.replace("'", "''") + "'";
  }

  @Test
  void nothingRunsOnAnyPage() {
    var owner = Browser.of(server, "owner");
    for (var page : PageChecks.pages("owner")) {
      check(page, owner.get(page));
    }
  }

  @Test
  void whatIsPlantedIsShownAsTextWhereItBelongs() {
    var owner = Browser.of(server, "owner");
    var table = "/expert/tables/public/" + encoded(PAYLOAD);
    for (var page :
        new String[] {
          "/people",
          "/people/default/" + person,
          "/organizations",
          "/organizations/default/" + organization,
          "/organizations/default/" + organization + "/restore",
          "/files",
          "/operators",
          "/activity",
          "/expert/tables",
          "/expert/policies",
          "/expert/statements",
          "/expert/requests",
          "/expert/functions/hello",
          "/expert/log",
          "/organizations/default/" + organization + "/move",
          "/expert/storage",
          "/expert/storage/bucket?bucket=" + encoded(PAYLOAD),
          "/expert/storage/file?bucket=" + encoded(PAYLOAD) + "&name=" + encoded(PAYLOAD),
          "/expert/storage?person=" + encoded(PAYLOAD),
          "/expert/users?q=" + encoded(PAYLOAD),
          "/expert/users/" + person,
          table,
          "/people?q=" + encoded(PAYLOAD),
          "/activity?who=" + encoded(PAYLOAD),
          "/organizations?q=" + encoded(PAYLOAD),
          "/expert/metrics?name=" + encoded(PAYLOAD),
          "/expert/functions/hello?text=" + encoded(PAYLOAD),
          table + "?person=" + encoded(PAYLOAD),
          table + "?column=" + encoded(PAYLOAD) + "&value=" + encoded(PAYLOAD)
        }) {
      var answer = owner.get(page);
      assertThat(answer.statusCode()).as(page).isIn(200, 400, 404);
      assertThat(answer.body()).as(page).containsPattern("&lt;script(?:&gt;|>)alert\\([2…]\\)");
      check(page, answer);
    }
  }

  @Test
  void whatIsSentInAFormIsShownAsText() {
    var owner = Browser.of(server, "owner");
    var sql =
        Map.of(
            "sql",
            "select " + literal() + " as x",
            "role",
            "service_role",
            "person",
            PAYLOAD,
            "code",
            owner.code());
    check("statement", owner.post("/expert/statement/default/run", sql));
    check(
        "people",
        owner.post(
            "/people/default/invite",
            Map.of("email", PAYLOAD, "organization", organization, "role", PAYLOAD)));
    check(
        "organizations",
        owner.post(
            "/organizations/default", Map.of("name", PAYLOAD, "slug", PAYLOAD, "email", PAYLOAD)));
    check(
        "rename",
        owner.post("/organizations/default/" + organization + "/rename", Map.of("name", "")));
    check("projects", owner.post("/projects", Map.of("name", PAYLOAD, "hosts", PAYLOAD)));
    check(
        "operators",
        owner.post("/operators", Map.of("email", PAYLOAD, "role", PAYLOAD, "code", "0")));
    check(
        "files",
        owner.post(
            "/files/default/keep",
            Map.of("folder", PAYLOAD, "days", PAYLOAD, "confirm", PAYLOAD, "code", PAYLOAD)));
    check(
        "keys",
        owner.post(
            "/keys/default/make", Map.of("name", PAYLOAD, "kind", PAYLOAD, "code", PAYLOAD)));
    var file = Map.of("bucket", PAYLOAD, "name", PAYLOAD, "as", "service_role", "code", PAYLOAD);
    for (var act : new String[] {"delete", "public", "download"}) {
      var answer = owner.post("/expert/storage/default/" + act, file);
      assertThat(answer.statusCode()).as(act).isIn(400, 404);
      check(act, answer);
    }
    var factor = people.column("select id from auth.mfa_factors where user_id = ?::uuid", person);
    check(
        "factor",
        owner.post(
            "/expert/users/default/" + person + "/factors/" + factor.getFirst() + "/remove",
            Map.of("code", PAYLOAD)));
    check("mail", owner.post("/mail/test", Map.of("email", PAYLOAD, "to", PAYLOAD)));
    check(
        "data request",
        owner.post(
            "/data-requests/default/" + person + "/erase",
            Map.of("confirm", PAYLOAD, "code", PAYLOAD)));
  }

  private static void check(String page, HttpResponse<String> answer) {
    assertThat(answer.body()).as(page).doesNotContain("<img", "<script>alert");
    PageChecks.requireSound(page, answer);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

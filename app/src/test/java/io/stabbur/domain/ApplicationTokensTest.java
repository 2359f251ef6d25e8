package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A program of one organisation reads and writes what a member with its role may, and no more.
class ApplicationTokensTest {
  private static final String ADMIN = "/auth/v1/admin/application-tokens";
  private static final TestServer SERVER = TestServer.shared();
  private static final Owner OWNER = new Owner(SERVER);
  private static World world = new World(SERVER);
  private static String home = "";
  private static String other = "";

  @BeforeAll
  static void twoOrganizationsWithContacts() {
    world = new World(SERVER);
    home = world.organization("home-admin");
    other = world.organization("other-admin");
    world.member(home, "home-coordinator", "coordinator");
    world.member(other, "other-coordinator", "coordinator");
    for (var coordinator : List.of("home-coordinator", "other-coordinator")) {
      world.as(coordinator).made("/rest/v1/contacts", Client.object("full_name", coordinator));
    }
  }

  @Test
  void aProgramReadsItsOrganizationAsAMemberWithItsRoleWould() {
    var program = program(home, "coordinator");

    assertThat(program.rows("/rest/v1/contacts?select=full_name"))
        .extracting(row -> Client.text(row, "full_name"))
        .containsExactly("home-coordinator");
    assertThat(program.rows("/rest/v1/organizations?select=id"))
        .extracting(row -> Client.text(row, "id"))
        .containsExactly(home);
    var contact = Client.object("full_name", "by import", "owner_id", world.id("home-coordinator"));
    assertThat(program.post("/rest/v1/contacts", contact).statusCode()).isEqualTo(201);
  }

  @Test
  void anotherOrganizationIsClosedToIt() {
    var program = program(home, "org_admin");

    assertThat(program.rows("/rest/v1/contacts?organization_id=eq." + other)).isEmpty();
    assertThat(program.in(other).get("/rest/v1/contacts").statusCode()).isEqualTo(403);
    assertThat(
            program
                .patch("/rest/v1/organizations?id=eq." + other, Client.object("name", "Taken"))
                .statusCode())
        .isIn(200, 204);
    assertThat(OWNER.text("select name from public.organizations where id = ?::uuid", other))
        .isNotEqualTo("Taken");
  }

  @Test
  void aLesserRoleMayLess() {
    var label = Client.object("organization_id", home, "key", "k", "locale", "nb", "label", "L");

    assertThat(program(home, "peer_mentor").rows("/rest/v1/contacts")).isEmpty();
    assertThat(program(home, "coordinator").post("/rest/v1/org_labels", label).statusCode())
        .isEqualTo(403);
    assertThat(program(home, "org_admin").post("/rest/v1/org_labels", label).statusCode())
        .isEqualTo(201);
  }

  @Test
  void theAccessTokenIsShortLivedAndNamesItsProgram() {
    var answer = exchange(Client.text(create(home, "coordinator", null), "token"));
    var claims = OrganizationsTest.claims(client(answer));

    assertThat(Client.field(Json.parse(answer.body()), "expires_in").getIntValue()).isEqualTo(900);
    assertThat(Json.parse(answer.body()).get("refresh_token")).isNull();
    assertThat(Client.text(claims, "role")).isEqualTo("authenticated");
    assertThat(Client.text(claims, "user_role")).isEqualTo("coordinator");
    assertThat(Client.text(claims, "organization_id")).isEqualTo(home);
  }

  @Test
  void itsLastUseIsShownAndItsTextNeverAgain() {
    var made = create(home, "coordinator", null);
    var text = Client.text(made, "token");

    assertThat(Client.text(listed(made), "last_used_at")).isEmpty();
    exchange(text);

    assertThat(Instant.parse(Client.text(listed(made), "last_used_at")))
        .isAfter(Instant.now().minusSeconds(60));
    assertThat(world.service.get(ADMIN).body()).doesNotContain(text);
    assertThat(OWNER.texts("select to_jsonb(t)::text from stabbur.application_tokens t"))
        .isNotEmpty()
        .noneMatch(row -> row.contains(text));
  }

  @Test
  void aRevokedAnExpiredAndAnInventedTokenAreRefused() {
    var revoked = create(home, "coordinator", null);
    var revocation = ADMIN + "/" + Client.text(revoked, "id") + "/revoke";
    assertThat(world.service.post(revocation, "{}").statusCode()).isEqualTo(200);
    assertThat(world.service.post(revocation, "{}").statusCode()).isEqualTo(404);
    var expired = create(home, "coordinator", Instant.now().plus(Duration.ofHours(1)));
    OWNER.run(
        "update stabbur.application_tokens set expires_at = now() - interval '1 second' where id = ?::uuid",
        Client.text(expired, "id"));

    for (var refused :
        Map.of(
                Client.text(revoked, "token"),
                "revoked",
                Client.text(expired, "token"),
                "expired",
                "sb_app_invented",
                "Invalid",
                "",
                "Invalid")
            .entrySet()) {
      var answer = exchange(refused.getKey());
      assertThat(answer.statusCode()).as(refused.getValue()).isEqualTo(400);
      assertThat(answer.body()).contains("invalid_credentials").contains(refused.getValue());
    }
    assertThat(Client.text(listed(expired), "last_used_at")).isEmpty();
  }

  @Test
  void aSuspendedOrganizationsProgramsGetNothing() {
    var own = new World(SERVER);
    var organization = own.organization("admin");
    var text = Client.text(create(organization, "coordinator", null), "token");
    own.service.patch(
        "/admin/v1/organizations/" + organization, Client.object("status", "suspended"));

    assertThat(exchange(text).statusCode()).isEqualTo(403);
  }

  @Test
  void whereEachRequestAsksARevocationCountsAtOnce() {
    var made = create(home, "coordinator", null);
    var claims = OrganizationsTest.claims(client(exchange(Client.text(made, "token"))));
    var ask = "select private.renew_claims(true)";

    assertThat(asProgram(claims, ask)).isEqualTo("done");
    world.service.post(ADMIN + "/" + Client.text(made, "id") + "/revoke", "{}");
    assertThat(asProgram(claims, ask)).contains("not_a_member");
  }

  @Test
  void withoutAFunctionThatLooksAtTheOrganizationThereAreNoTokens() {
    var text = Client.text(create(home, "coordinator", null), "token");
    var hook = "execute on function public.application_token_hook(jsonb)";
    OWNER.run("revoke " + hook + " from supabase_auth_admin");
    try {
      assertThat(exchange(text).statusCode()).isEqualTo(404);
      assertThat(exchange(text).body()).contains("feature_disabled");
      assertThat(post(body(home, "coordinator", null)).statusCode()).isEqualTo(404);
    } finally {
      OWNER.run("grant " + hook + " to supabase_auth_admin");
    }
    assertThat(exchange(text).statusCode()).isEqualTo(200);
  }

  @Test
  void makingUsingAndRevokingAreInTheOrganizationsLog() {
    var made = create(home, "coordinator", null);
    var id = Client.text(made, "id");
    exchange(Client.text(made, "token"));
    exchange("sb_app_invented");
    world.service.post(ADMIN + "/" + id + "/revoke", "{}");
    exchange(Client.text(made, "token"));

    assertThat(entries("home-admin", "row_id=eq." + id))
        .containsExactly("application_token_created", "application_token_revoked");
    assertThat(entries("home-admin", "actor_id=eq." + id)).containsExactly("sign_in");
    assertThat(entries("other-admin", "or=(row_id.eq." + id + ",actor_id.eq." + id + ")"))
        .isEmpty();
    assertThat(OWNER.texts("select changed::text from public.audit_log where row_id = ?", id))
        .hasSize(2)
        .allMatch(told -> told.contains("nightly"))
        .noneMatch(told -> told.contains(Client.text(made, "token")));
    for (var action : List.of("created", "used", "revoked")) {
      assertThat(
              world
                  .service
                  .get("/auth/v1/admin/audit?query=action:application_token_" + action)
                  .body())
          .contains(id);
    }
  }

  /// A function of that name is run with the rights of the tables' owner: nobody else's is.
  @Test
  void aHookThatSomebodyElseMadeIsNotCalled() {
    var count = "select count(*) from public.audit_log where action = 'api_key_created'";
    var make =
        """
        insert into stabbur.api_keys (name, kind, hash, prefix)
        values ('of a test', 'secret', gen_random_uuid()::text, '')""";
    OWNER
        .server()
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> {
              var before = tx.first(Statement.of(count), rows -> rows.getLong(1));
              tx.update(Statement.of("savepoint before"));
              tx.update(Statement.of(make));
              assertThat(tx.first(Statement.of(count), rows -> rows.getLong(1)))
                  .isEqualTo(before.map(n -> n + 1));
              tx.update(Statement.of("grant create on schema public to authenticated"));
              tx.update(
                  Statement.of(
                      "alter function public.credential_changed_hook(jsonb) owner to authenticated"));
              tx.update(Statement.of(make));
              assertThat(tx.first(Statement.of(count), rows -> rows.getLong(1)))
                  .isEqualTo(before.map(n -> n + 1));
              return tx.update(Statement.of("rollback to savepoint before"));
            });
  }

  private static List<String> entries(String reader, String condition) {
    return world
        .as(reader)
        .rows("/rest/v1/audit_log?select=action&order=sequence&" + condition)
        .stream()
        .map(row -> Client.text(row, "action"))
        .toList();
  }

  @Test
  void anOrganizationsAdministratorSeesAndEndsItsTokens() {
    var made = create(home, "coordinator", null);
    var id = Client.text(made, "id");
    var theirs = Client.text(create(other, "coordinator", null), "id");
    var list = "/rest/v1/rpc/application_tokens";
    var revoke = "/rest/v1/rpc/revoke_application_token";
    var admin = world.as("home-admin");

    var seen = admin.post(list, "{}");
    assertThat(seen.statusCode()).isEqualTo(200);
    assertThat(seen.body()).contains(id).doesNotContain(theirs).doesNotContain("hash");
    for (var stranger :
        List.of(Client.anon(SERVER), world.as("home-coordinator"), program(home, "coordinator"))) {
      assertThat(stranger.post(list, "{}").statusCode()).isIn(401, 403);
      assertThat(stranger.post(revoke, Client.object("token", id)).statusCode()).isIn(401, 403);
    }
    var elsewhere = world.as("other-admin");
    assertThat(elsewhere.post(list, "{}").body()).contains(theirs).doesNotContain(id);
    assertThat(elsewhere.post(revoke, Client.object("token", id)).statusCode()).isEqualTo(404);
    assertThat(admin.post(revoke, Client.object("token", theirs)).statusCode()).isEqualTo(404);
    assertThat(exchange(Client.text(made, "token")).statusCode()).isEqualTo(200);

    assertThat(admin.post(revoke, Client.object("token", id)).statusCode()).isEqualTo(204);

    assertThat(exchange(Client.text(made, "token")).body()).contains("revoked");
    assertThat(admin.post(revoke, Client.object("token", id)).statusCode()).isEqualTo(404);
    assertThat(
            OWNER.text(
                "select actor_id::text from public.audit_log where row_id = ? and action = 'application_token_revoked'",
                id))
        .isEqualTo(world.id("home-admin"));
  }

  @Test
  void onlyAdministratorsMakeListAndRevoke() {
    var body = body(home, "coordinator", null);
    var revoke = ADMIN + "/" + Client.text(create(home, "coordinator", null), "id") + "/revoke";
    for (var caller :
        Map.of(
                Client.anon(SERVER), 401,
                world.as("home-admin"), 403,
                world.as("other-admin"), 403,
                program(home, "org_admin"), 403)
            .entrySet()) {
      // a client that shows nothing but its key is told to show more
      int status = caller.getValue();
      assertThat(caller.getKey().get(ADMIN).statusCode()).isIn(status, 403);
      assertThat(caller.getKey().post(ADMIN, body).statusCode()).isIn(status, 403);
      assertThat(caller.getKey().post(revoke, "{}").statusCode()).isIn(status, 403);
    }
  }

  @Test
  void aTokenForNoOrganizationNoRoleOrTooLongIsNotMade() {
    var year = Duration.ofDays(366);
    var unknown = "7f0c6cc0-0000-4000-8000-000000000000";

    assertThat(post(body(unknown, "coordinator", null)).statusCode()).isEqualTo(403);
    assertThat(post(body(home, "global_admin", null)).statusCode()).isEqualTo(400);
    assertThat(post(body(home, "coordinator", Instant.now().plus(year))).statusCode())
        .isEqualTo(400);
    assertThat(post(body("x", "coordinator", null)).statusCode()).isEqualTo(400);
    assertThat(post(body(home, "coordinator", Instant.EPOCH)).statusCode()).isEqualTo(400);
  }

  private static String asProgram(JsonNode claims, String sql) {
    try {
      SERVER
          .project()
          .api()
          .transaction(
              io.stabbur.platform.db.Actor.of("authenticated")
                  .with("request.jwt.claims", Json.write(claims)),
              io.stabbur.platform.db.Access.READ,
              tx -> tx.update(io.stabbur.platform.sql.Statement.of(sql)));
      return "done";
    } catch (io.stabbur.platform.error.ApiException e) {
      return e.error().toString();
    }
  }

  private static Client program(String organization, String role) {
    return client(exchange(Client.text(create(organization, role, null), "token")));
  }

  private static Client client(HttpResponse<String> exchanged) {
    assertThat(exchanged.statusCode()).as(exchanged.body()).isEqualTo(200);
    return Client.anon(SERVER).withToken(Client.text(Json.parse(exchanged.body()), "access_token"));
  }

  private static HttpResponse<String> exchange(String token) {
    return Client.anon(SERVER)
        .post("/auth/v1/token?grant_type=application_token", Client.object("token", token));
  }

  private static JsonNode create(
      String organization, String role, @org.jspecify.annotations.Nullable Instant end) {
    var answer = post(body(organization, role, end));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body());
  }

  private static HttpResponse<String> post(String body) {
    return world.service.post(ADMIN, body);
  }

  private static String body(
      String organization, String role, @org.jspecify.annotations.Nullable Instant end) {
    return end == null
        ? Client.object("name", "nightly", "organization_id", organization, "role", role)
        : Client.object(
            "name",
            "nightly",
            "organization_id",
            organization,
            "role",
            role,
            "expires_at",
            end.toString());
  }

  private static JsonNode listed(JsonNode made) {
    var answer = Json.parse(world.service.get(ADMIN).body());
    for (var token : Client.field(answer, "tokens").values()) {
      if (Client.text(token, "id").equals(Client.text(made, "id"))) {
        return token;
      }
    }
    throw new AssertionError("not listed");
  }
}

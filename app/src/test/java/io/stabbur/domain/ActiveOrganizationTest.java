package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// One person in three organisations, with memberships believed and with memberships asked for.
class ActiveOrganizationTest {
  private static World world = new World(TestServer.shared());
  private static TestServer asking = TestServer.shared();
  private static String first = "";
  private static String second = "";
  private static String third = "";
  private static String foreign = "";

  @BeforeAll
  static void threeOrganizations() {
    world = new World(TestServer.shared());
    first = world.organization("admin-1");
    second = world.organization("admin-2");
    third = world.organization("admin-3");
    foreign = world.organization("admin-4");
    world.member(first, "traveller", "peer_mentor");
    world.member(second, "traveller", "coordinator");
    world.member(third, "traveller", "org_admin");
    asking =
        TestServer.start(
            Map.of(
                "stabbur.organizations.membership-check", "database",
                "stabbur.organizations.header", "X-School-Id"));
  }

  @AfterAll
  static void stop() {
    asking.close();
  }

  @Test
  void allThreeAreInTheTokenAndTheOldestIsActive() {
    var claims = OrganizationsTest.claims(world.as("traveller"));

    assertThat(Client.field(claims, "organizations").size()).isEqualTo(3);
    assertThat(Client.text(claims, "organization_id")).isEqualTo(first);
    assertThat(Client.text(claims, "user_role")).isEqualTo("peer_mentor");
  }

  @Test
  void theHeaderSwitchesRowsAndRole() {
    var contact =
        Client.text(
            world
                .as("traveller")
                .in(second)
                .made("/rest/v1/contacts", Client.object("full_name", "Contact of the second")),
            "id");

    assertThat(world.as("traveller").rows("/rest/v1/organizations?select=id"))
        .extracting(row -> Client.text(row, "id"))
        .containsExactly(first);
    assertThat(world.as("traveller").in(third).rows("/rest/v1/organizations?select=id"))
        .extracting(row -> Client.text(row, "id"))
        .containsExactly(third);
    assertThat(world.as("traveller").rows("/rest/v1/contacts?id=eq." + contact)).isEmpty();
    assertThat(world.as("traveller").in(second).rows("/rest/v1/contacts?id=eq." + contact))
        .extracting(row -> Client.text(row, "full_name"))
        .containsExactly("Contact of the second");
    assertThat(world.as("traveller").in(third).get("/rest/v1/audit_log").body()).contains(third);
  }

  @Test
  void theOrganizationsOneCanSwitchToAreListed() {
    assertThat(world.as("traveller").rows("/rest/v1/rpc/my_organizations"))
        .extracting(row -> Client.text(row, "id"))
        .containsExactly(first, second, third);
  }

  private static final String REFUSED =
      "select coalesce(organization_id::text, 'platform') || ' ' || coalesce(actor_id::text,"
          + " 'nobody') from public.audit_log where action = 'switch_refused' and row_id = ?";

  @Test
  void aForeignOrganizationIs403AndAudited() throws InterruptedException {
    var answer = world.as("traveller").in(foreign).get("/rest/v1/contacts");
    var nonsense = world.as("traveller").in("not-an-id").get("/rest/v1/contacts");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(Client.text(Json.parse(answer.body()), "code")).isEqualTo("not_a_member");
    assertThat(nonsense.statusCode()).isEqualTo(403);
    var sql =
        "select count(*) from public.audit_log where action = 'switch_refused' and row_id = ?";
    var owner = new Owner(TestServer.shared());
    for (int tries = 0; tries < 100 && owner.text(sql, foreign).equals("0"); tries++) {
      Thread.sleep(50);
    }
    assertThat(owner.texts(REFUSED, foreign))
        .as("the organization learns of the try, the platform who it was")
        .containsExactlyInAnyOrder(foreign + " nobody", "platform " + world.id("traveller"));
  }

  @Test
  void aCallerWithoutATokenIsNotAskedForMembership() {
    assertThat(Client.anon(TestServer.shared()).in(foreign).get("/auth/v1/settings").statusCode())
        .isEqualTo(200);
  }

  @Test
  void aRemovedMembershipIsGoneFromTheNextToken() {
    var organization = world.organization("admin-5");
    world.member(organization, "leaver", "coordinator");
    var before = world.as("leaver");
    assertThat(before.rows("/rest/v1/memberships")).isNotEmpty();

    world.service.delete(
        "/admin/v1/organizations/" + organization + "/members/" + world.id("leaver"));

    assertThat(world.signedInAgain("leaver").rows("/rest/v1/organizations")).isEmpty();
  }

  @Test
  void withTheDatabaseCheckARemovalIsEffectiveAtOnce() {
    var own = new World(asking);
    var organization = own.organization("admin");
    var other = own.organization("other-admin");
    own.member(organization, "leaver", "coordinator");
    own.member(other, "leaver", "peer_mentor");
    var client = own.as("leaver");
    assertThat(client.rows("/rest/v1/memberships?organization_id=eq." + organization)).hasSize(2);

    own.service.delete("/admin/v1/organizations/" + organization + "/members/" + own.id("leaver"));

    assertThat(client.rows("/rest/v1/memberships?organization_id=eq." + organization)).isEmpty();
    assertThat(client.rows("/rest/v1/organizations")).isEmpty();
    var named = client.with("X-School-Id", organization).get("/rest/v1/organizations");
    assertThat(named.statusCode()).as(named.body()).isEqualTo(403);
    assertThat(Client.text(Json.parse(named.body()), "code")).isEqualTo("not_a_member");
    assertThat(client.with("X-School-Id", other).rows("/rest/v1/organizations"))
        .extracting(row -> Client.text(row, "id"))
        .containsExactly(other);
  }

  @Test
  void withTheDatabaseCheckARemovalEndsSessionsOfTheS3ProtocolToo() {
    var own = new World(asking);
    var organization = own.organization("files-admin");
    own.member(organization, "keeper", "coordinator");
    var file = new FileShelf.File("receipts", organization + "/" + own.id("keeper") + "/a.pdf");
    own.service
        .with("Content-Type", FileShelf.TYPE)
        .post("/storage/v1/object/" + file.path(), FileShelf.BYTES);
    var session = new FileS3(asking, own.as("keeper").token());
    assertThat(session.attempt(FileMatrix.Verb.READ, file, file)).isEqualTo("done");
    assertThat(session.attempt(FileMatrix.Verb.LIST, file, file)).isEqualTo("done");

    own.service.delete("/admin/v1/organizations/" + organization + "/members/" + own.id("keeper"));

    assertThat(session.attempt(FileMatrix.Verb.READ, file, file)).isEqualTo("404 NoSuchKey");
    assertThat(session.attempt(FileMatrix.Verb.LIST, file, file)).isEqualTo("empty");
  }

  @Test
  void withTheDatabaseCheckARoleOfTheProjectsOwnIsAskedToo() {
    var own = new World(asking);
    new Owner(asking).run("create role errand_app nologin in role authenticated");
    new Owner(asking).run("grant errand_app to authenticator");
    var organization = own.organization("admin");
    var id = own.member(organization, "leaver", "coordinator");
    own.service.send("PUT", "/auth/v1/admin/users/" + id, "{\"role\": \"errand_app\"}");
    var client = own.as("leaver");
    assertThat(Client.text(OrganizationsTest.claims(client), "role")).isEqualTo("errand_app");
    assertThat(client.rows("/rest/v1/memberships")).hasSize(2);

    own.service.delete("/admin/v1/organizations/" + organization + "/members/" + id);

    assertThat(client.rows("/rest/v1/memberships")).isEmpty();
    assertThat(client.rows("/rest/v1/organizations")).isEmpty();
  }

  @Test
  void refusedSwitchesOfOneCallerAreAuditedAFewTimesAMinute() throws InterruptedException {
    var own = new World(TestServer.shared());
    own.member(first, "guesser", "peer_mentor");
    var client = own.as("guesser");

    for (int i = 0; i < 30; i++) {
      assertThat(client.in(java.util.UUID.randomUUID().toString()).get("/rest/v1/contacts"))
          .extracting(java.net.http.HttpResponse::statusCode)
          .isEqualTo(403);
    }

    var sql =
        "select count(*) from public.audit_log where action = 'switch_refused' and actor_id ="
            + " ?::uuid";
    var owner = new Owner(TestServer.shared());
    for (int i = 0; i < 100 && !owner.text(sql, own.id("guesser")).equals("5"); i++) {
      Thread.sleep(50);
    }
    assertThat(owner.text(sql, own.id("guesser"))).isEqualTo("5");
  }

  @Test
  void withTheDatabaseCheckASuspensionIsEffectiveAtOnceToo() {
    var own = new World(asking);
    var organization = own.organization("admin");
    var client = own.as("admin");
    assertThat(client.rows("/rest/v1/organizations")).hasSize(1);

    own.service.patch(
        "/admin/v1/organizations/" + organization, Client.object("status", "suspended"));

    assertThat(client.rows("/rest/v1/organizations")).isEmpty();
  }
}

package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Those who run the platform: named by the operator, they create organizations and nothing else of
/// what only members may do.
class PlatformAdministratorsTest {
  private static final String PATH = "/admin/v1/platform-admins";
  private static World world = new World(TestServer.shared());
  private static String organization = "";

  @BeforeAll
  static void people() {
    world = new World(TestServer.shared());
    organization = world.organization("platform-chief");
    world.member(organization, "platform-mentor", "peer_mentor");
    world.account("platform-runner");
    world.account("platform-other");
  }

  private static String email(String person) {
    return world.email(person);
  }

  private static int add(Client client, String person) {
    return client.post(PATH, Client.object("email", email(person))).statusCode();
  }

  @Test
  void onlyTheServiceRoleNamesThem() {
    for (var client :
        new Client[] {
          Client.anon(TestServer.shared()), world.as("platform-mentor"), world.as("platform-chief")
        }) {
      assertThat(client.get(PATH).statusCode()).isBetween(401, 403);
      assertThat(add(client, "platform-mentor")).isBetween(401, 403);
      assertThat(client.delete(PATH + "/" + world.id("platform-chief")).statusCode())
          .isBetween(401, 403);
    }
    assertThat(add(world.service, "nobody-at-all")).isEqualTo(404);
    assertThat(world.service.post(PATH, "{\"email\": \"x\"}").statusCode()).isEqualTo(400);
  }

  @Test
  void theyCreateOrganizationsByTheApiAndByRows() {
    assertThat(add(world.service, "platform-runner")).isEqualTo(201);
    assertThat(add(world.service, "platform-runner")).isEqualTo(409);
    assertThat(world.service.get(PATH).body()).contains(email("platform-runner"));
    var runner = Client.signIn(TestServer.shared(), email("platform-runner"));

    var made =
        runner.post(
            "/admin/v1/organizations",
            Client.object(
                "name", "New", "slug", "by-the-platform", "admin_email", email("platform-first")));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    var id = Client.text(Json.parse(made.body()), "id");

    var told = runner.with("Prefer", "return=representation");
    var row = told.post("/rest/v1/organizations", "{\"slug\": \"by-row\", \"name\": \"Row\"}");
    assertThat(row.statusCode()).as(row.body()).isEqualTo(201);
    assertThat(row.body()).contains("by-row");
    var again =
        told.with("Prefer", "return=representation,resolution=merge-duplicates")
            .post(
                "/rest/v1/organizations?on_conflict=slug",
                "{\"slug\": \"by-row\", \"name\": \"Other\"}");
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(runner.get("/rest/v1/contacts").body()).isEqualTo("[]");
    assertThat(runner.get("/admin/v1/organizations/" + id).statusCode()).isEqualTo(200);
  }

  @Test
  void whoIsNoneAnyMoreCreatesNothing() {
    assertThat(add(world.service, "platform-other")).isEqualTo(201);
    var former = Client.signIn(TestServer.shared(), email("platform-other"));
    var id = world.id("platform-other");
    assertThat(world.service.delete(PATH + "/" + id).statusCode()).isEqualTo(204);
    assertThat(world.service.delete(PATH + "/" + id).statusCode()).isEqualTo(404);
    var refused =
        former.post("/rest/v1/organizations", "{\"slug\": \"by-former\", \"name\": \"Row\"}");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
    assertThat(
            former
                .post(
                    "/admin/v1/organizations",
                    Client.object(
                        "name", "New", "slug", "by-former", "admin_email", email("platform-x")))
                .statusCode())
        .isEqualTo(403);
  }
}

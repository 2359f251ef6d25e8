package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Organisations as an operation, over HTTP.
class OrganizationsTest {
  private static final String PATH = "/admin/v1/organizations";
  private static World world = new World(TestServer.shared());

  @BeforeAll
  static void ready() {
    world = new World(TestServer.shared());
  }

  @Test
  void anAdminSignsInAtOnceAndTheTokenNamesTheOrganization() {
    var organization = world.organization("anna");

    var claims = claims(world.as("anna"));

    assertThat(Client.text(claims, "role")).isEqualTo("authenticated");
    assertThat(Client.text(claims, "user_role")).isEqualTo("org_admin");
    assertThat(Client.text(claims, "organization_id")).isEqualTo(organization);
    assertThat(Client.field(claims, "organizations").size()).isEqualTo(1);
  }

  @Test
  void withoutAPasswordAnInvitationLinkIsReturned() {
    var answer =
        world.service.post(
            PATH,
            Client.object(
                "name", "Invited", "slug", "invited", "admin_email", world.email("invited")));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(Client.text(Json.parse(answer.body()).get("admin"), "invitation_url"))
        .startsWith(TestServer.shared().project().publicUrl() + "/auth/v1/verify?token=");
  }

  @Test
  void labelsComeWithTheOrganization() {
    var answer =
        world.service.post(
            PATH,
            """
            {"name": "Ord", "slug": "ord", "admin_email": "%s", "password": "%s",
             "labels": {"likeperson": "frivillig", "contact": {"nb": "bruker", "en": "client"}}}\
            """
                .formatted(world.email("ord"), Client.PASSWORD));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(Client.field(Json.parse(answer.body()), "labels").size()).isEqualTo(3);
  }

  @Test
  void aDuplicateSlugIs409AndLeavesNoAccount() {
    world.organization("first");
    var slug = Client.text(Client.list(world.service.get(PATH)).getLast(), "slug");

    var answer =
        world.service.post(
            PATH,
            Client.object("name", "Twice", "slug", slug, "admin_email", world.email("nobody")));

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(Client.text(Json.parse(answer.body()), "code")).isEqualTo("conflict");
    assertThat(world.service.get("/admin/v1/people?email=" + world.email("nobody")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void badInputNamesTheField() {
    var answer = world.service.post(PATH, Client.object("name", "x", "slug", "x"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("admin_email");
  }

  @Test
  void aPasswordThatIsTooShortIsNamedAndNothingIsMade() {
    var answer =
        world.service.post(
            PATH,
            Client.object(
                "name",
                "Short",
                "slug",
                "short",
                "admin_email",
                world.email("s"),
                "password",
                "x"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Client.text(Json.parse(answer.body()), "code")).isEqualTo("weak_password");
    assertThat(world.service.get(PATH).body()).doesNotContain("\"short\"");
  }

  @Test
  void anUnknownRoleIs400() {
    var organization = world.organization("roles");

    var answer =
        world.service.post(
            PATH + "/" + organization + "/members",
            Client.object("email", world.email("x"), "role", "emperor"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("peer_mentor, coordinator or org_admin");
  }

  @Test
  void anAdminAddsMembersToTheirOwnOrganizationOnly() {
    var own = world.organization("owner");
    var other = world.organization("stranger");
    var body = Client.object("email", world.email("added"), "role", "peer_mentor");

    var added = world.as("owner").post(PATH + "/" + own + "/members", body);
    var refused = world.as("owner").post(PATH + "/" + other + "/members", body);

    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("not_a_member");
    var made = Json.parse(added.body());
    assertThat(Client.text(made, "email")).isEqualTo(world.email("added"));
    assertThat(Client.text(made, "invitation_url")).contains("/auth/v1/verify?token=");
  }

  @Test
  void aMentorAddsNobodyAndNoAccountIsLeftBehind() {
    var organization = world.organization("chief");
    world.member(organization, "mentor", "peer_mentor");

    var answer =
        world
            .as("mentor")
            .post(
                PATH + "/" + organization + "/members",
                Client.object("email", world.email("ghost"), "role", "peer_mentor"));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(world.service.get("/admin/v1/people?email=" + world.email("ghost")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void onlyThePlatformCreatesOrganizations() {
    world.organization("ambitious");

    var answer =
        world
            .as("ambitious")
            .post(
                PATH,
                Client.object("name", "M", "slug", "more", "admin_email", world.email("more")));

    assertThat(answer.statusCode()).isEqualTo(403);
  }

  @Test
  void aSuspendedOrganizationGivesNoAccessFromTheNextToken() {
    var organization = world.organization("paused");
    var path = PATH + "/" + organization;

    assertThat(world.service.patch(path, Client.object("status", "suspended")).statusCode())
        .isEqualTo(200);
    var suspended = claims(world.as("paused"));
    assertThat(world.service.patch(path, Client.object("status", "active")).statusCode())
        .isEqualTo(200);
    var resumed = claims(world.signedInAgain("paused"));

    assertThat(Client.text(suspended, "organization_id")).isEmpty();
    assertThat(Client.field(suspended, "organizations").size()).isZero();
    assertThat(Client.text(resumed, "organization_id")).isEqualTo(organization);
  }

  @Test
  void membersAreListedChangedAndRemoved() {
    var organization = world.organization("head");
    var person = world.member(organization, "worker", "peer_mentor");
    var path = PATH + "/" + organization + "/members";

    var listed = Client.list(world.as("head").get(path));
    var changed = world.as("head").patch(path + "/" + person, Client.object("role", "coordinator"));
    var removed = world.as("head").delete(path + "/" + person);
    var gone = world.as("head").delete(path + "/" + person);

    assertThat(listed).extracting(row -> Client.text(row, "email")).contains(world.email("worker"));
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    assertThat(removed.statusCode()).isEqualTo(204);
    assertThat(gone.statusCode()).isEqualTo(404);
  }

  static io.micronaut.json.tree.JsonNode claims(Client client) {
    var token = client.token();
    return Json.parse(
        Base64.getUrlDecoder()
            .decode(token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'))));
  }
}

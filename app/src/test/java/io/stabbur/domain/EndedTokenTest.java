package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.domain.FileMatrix.Verb;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// With the default settings an access token ends at once when its account is banned or deleted, or
/// its session has ended: for rows, functions, files and the management API alike.
class EndedTokenTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final Owner OWNER = new Owner(SERVER);
  private static final String SESSION = "Session from session_id claim in JWT does not exist";
  private static World world = new World(SERVER);
  private static String here = "";

  @BeforeAll
  static void anOrganization() {
    world = new World(SERVER);
    here = world.organization("admin");
  }

  @Test
  void aSessionThatWasSignedOut() {
    assertEnded("signed-out", SESSION, person -> world.as(person).post("/auth/v1/logout", ""));
  }

  @Test
  void aSessionThatRanOut() {
    assertEnded(
        "timed-out",
        SESSION,
        person ->
            OWNER.run(
                "update auth.sessions set not_after = now() where user_id = ?::uuid",
                world.id(person)));
  }

  @Test
  void anAccountThatIsBanned() {
    assertEnded("banned", "User is banned", person -> ban(person, "24h"));
  }

  @Test
  void anAccountThatIsDeleted() {
    assertEnded(
        "deleted",
        "User from sub claim in JWT does not exist",
        person -> world.service.delete("/auth/v1/admin/users/" + world.id(person)));
  }

  @Test
  void anAccountThatIsDeletedSoftly() {
    assertEnded(
        "softly-deleted",
        "User from sub claim in JWT does not exist",
        person ->
            world.service.send(
                "DELETE",
                "/auth/v1/admin/users/" + world.id(person),
                "{\"should_soft_delete\": true}"));
  }

  @Test
  void anAccountWithoutMembershipsToo() {
    world.account("lone");
    var client = world.as("lone");
    var own = "/rest/v1/profiles?select=id";
    assertThat(client.rows(own)).hasSize(1);

    ban("lone", "24h");
    assertRefused(client.get(own), "User is banned");

    ban("lone", "none");
    assertThat(client.rows(own)).as("a ban that was lifted").hasSize(1);
  }

  @Test
  void anotherSessionOfTheSamePersonGoesOn() {
    world.member(here, "two-devices", "peer_mentor");
    var phone = world.as("two-devices");
    var laptop = world.signedInAgain("two-devices");

    phone.post("/auth/v1/logout?scope=local", "");

    assertRefused(phone.get("/rest/v1/memberships"), SESSION);
    assertThat(laptop.rows("/rest/v1/memberships")).hasSize(1);
    assertThat(world.signedInAgain("two-devices").rows("/rest/v1/memberships")).hasSize(1);
  }

  @Test
  void aSessionWithAnEndOfItsOwnIsGoodUntilThen() {
    world.member(here, "for-today", "peer_mentor");
    var client = world.as("for-today");

    OWNER.run(
        "update auth.sessions set not_after = now() + interval '2 seconds' where user_id = ?::uuid",
        world.id("for-today"));
    assertThat(client.rows("/rest/v1/memberships")).hasSize(1);

    OWNER.run("select pg_sleep(2.1)");
    assertRefused(client.get("/rest/v1/memberships"), SESSION);
  }

  @Test
  void aTokenOfAnAccountThatWasNeverHereIsGood() {
    var token = Tokens.of(SERVER.project(), "authenticated", UUID.randomUUID().toString());

    var client = Client.anon(SERVER).withToken(token);

    assertThat(client.rows("/rest/v1/profiles")).isEmpty();
  }

  @Test
  void aTokenWhoseUserHasTheServiceRoleEndsToo() {
    var id = world.account("machine");
    world.service.send("PUT", "/auth/v1/admin/users/" + id, "{\"role\": \"service_role\"}");
    var client = world.as("machine");
    assertThat(client.rows("/rest/v1/organizations")).isNotEmpty();

    client.post("/auth/v1/logout", "");

    assertRefused(client.get("/rest/v1/organizations"), SESSION);
  }

  private static void assertEnded(String person, String reason, Consumer<String> end) {
    world.member(here, person, "coordinator");
    var client = world.as(person);
    var shelf = new FileShelf(SERVER);
    var file = new FileShelf.File("receipts", here + "/" + world.id(person) + "/a.png");
    shelf.put(file);
    assertThat(client.rows("/rest/v1/organizations")).hasSize(1);

    end.accept(person);

    assertRefused(client.get("/rest/v1/organizations"), reason);
    assertRefused(client.in(here).get("/rest/v1/organizations"), reason);
    assertRefused(client.post("/rest/v1/contacts", "{\"full_name\": \"N\"}"), reason);
    assertRefused(client.post("/rest/v1/rpc/my_organizations", "{}"), reason);
    assertThat(client.get("/admin/v1/organizations/" + here + "/members").statusCode())
        .isEqualTo(401);
    var rest = client.get("/storage/v1/object/" + file.path());
    assertThat(rest.statusCode()).as(rest.body()).isEqualTo(400);
    assertThat(rest.body()).contains(reason, "AccessDenied");
    for (var wire : FileWire.all(SERVER, client.token())) {
      for (var verb : Verb.values()) {
        if (wire.knows(verb)) {
          var target = verb == Verb.UPLOAD ? file.beside("b.png") : file;
          assertThat(wire.attempt(verb, target, file.beside("c.png")))
              .as(wire + " " + verb)
              .isNotEqualTo("done");
        }
      }
    }
    assertThat(shelf.version(file)).as("nothing was changed").isNotEmpty();
    assertThat(shelf.version(file.beside("b.png")) + shelf.version(file.beside("c.png"))).isEmpty();
  }

  private static void ban(String person, String duration) {
    var path = "/auth/v1/admin/users/" + world.id(person);
    var answer = world.service.send("PUT", path, Client.object("ban_duration", duration));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static void assertRefused(HttpResponse<String> answer, String reason) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
    var error = Json.parse(answer.body());
    assertThat(Map.of("code", Client.text(error, "code"), "message", Client.text(error, "message")))
        .isEqualTo(Map.of("code", "PGRST303", "message", reason));
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("invalid_token");
  }
}

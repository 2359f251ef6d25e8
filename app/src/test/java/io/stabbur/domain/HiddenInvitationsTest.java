package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an organisation learns of somebody it invited before they accept: the address as it typed
/// it, through every API.
class HiddenInvitationsTest {
  private static World world = new World(TestServer.shared());
  private static String here = "";
  private static String known = "";
  private static String unknown = "";

  @BeforeAll
  static void oneWithAnAccountAndOneWithoutAreInvited() {
    world = new World(TestServer.shared());
    here = world.organization("admin");
    world.member(here, "coordinator", "coordinator");
    world.account("known");
    known = invite("known");
    unknown = invite("unknown");
  }

  private static String invite(String person) {
    var added =
        world
            .as("admin")
            .post(members(), Client.object("email", world.email(person), "role", "peer_mentor"));
    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    return Client.text(Json.parse(added.body()), "id");
  }

  private static String members() {
    return "/admin/v1/organizations/" + here + "/members";
  }

  private static List<String> accounts() {
    return List.of(world.id("known"), world.accountOf("unknown"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/rest/v1/memberships",
        "/rest/v1/memberships?select=user_id,profiles(*)",
        "/rest/v1/memberships?status=eq.suspended",
        "/rest/v1/organizations?select=id,memberships(*)",
        "/rest/v1/organizations?select=id,profiles(*)",
        "/rest/v1/profiles?select=id,memberships(*)",
        "/rest/v1/audit_log?limit=1000",
        "/rest/v1/audit_log?table_name=eq.memberships",
        "/rest/v1/rpc/colleagues",
        "/rest/v1/rpc/my_organizations",
        "/admin/v1/organizations/{here}/members",
        "/admin/v1/organizations/{here}"
      })
  void noReadShowsWhoseAccountWaits(String path) {
    for (var person : List.of("admin", "coordinator")) {
      var read = world.as(person).get(path.replace("{here}", here));

      assertThat(read.statusCode()).isLessThan(500);
      assertThat(read.body()).doesNotContain(accounts());
    }
  }

  @Test
  void theListShowsTheAddressAsItWasTypedForKnownAndUnknownAlike() {
    var rows =
        Client.list(world.as("admin").get(members())).stream()
            .filter(row -> List.of(known, unknown).contains(Client.text(row, "id")))
            .toList();

    assertThat(rows)
        .extracting(row -> Client.text(row, "email"))
        .containsExactlyInAnyOrder(world.email("known"), world.email("unknown"));
    assertThat(rows).allSatisfy(row -> assertThat(Client.field(row, "user_id").isNull()).isTrue());
  }

  /// Each with the account's id, and with one that nobody has.
  @Test
  void noWriteAnswersDifferentlyForAnAccountThatWaits() {
    var nobody = UUID.randomUUID().toString();
    var insert = "{\"user_id\": \"%s\", \"organization_id\": \"" + here + "\"%s}";
    for (var more : List.of("", ", \"status\": \"suspended\"")) {
      for (var query : List.of("", "?on_conflict=user_id,organization_id")) {
        var answers =
            Stream.concat(Stream.of(nobody), accounts().stream())
                .map(id -> send("POST", "/rest/v1/memberships" + query, insert.formatted(id, more)))
                .toList();
        assertThat(answers).allMatch(answers.getFirst()::equals);
        assertThat(answers.getFirst()).contains("management API");
      }
    }
    for (var id : accounts()) {
      var filter = "/rest/v1/memberships?user_id=eq." + id;
      assertThat(send("PATCH", filter, "{\"role\": \"coordinator\"}")).isEqualTo("200 []");
      assertThat(send("DELETE", filter, "")).isEqualTo("200 []");
      assertThat(
              world
                  .as("admin")
                  .patch(members() + "/" + id, "{\"role\": \"coordinator\"}")
                  .statusCode())
          .isEqualTo(404);
      assertThat(world.as("admin").delete(members() + "/" + id).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void anInvitationIsChangedAndTakenBackByItsOwnId() {
    var membership = invite("changed");
    world.account("taken");
    var taken = invite("taken");

    var change =
        world.as("admin").patch(members() + "/" + membership, "{\"role\": \"coordinator\"}");
    var activated = world.as("admin").patch(members() + "/" + taken, "{\"status\": \"active\"}");
    var there = world.organization("other");
    var elsewhere = world.as("other").delete(members().replace(here, there) + "/" + taken);
    var removed = world.as("admin").delete(members() + "/" + taken);
    var again = world.as("admin").delete(members() + "/" + taken);

    assertThat(change.statusCode()).as(change.body()).isEqualTo(200);
    assertThat(change.body())
        .contains("coordinator", world.email("changed"))
        .doesNotContain(world.accountOf("changed"));
    assertThat(activated.statusCode()).isEqualTo(403);
    assertThat(activated.body()).contains("has not accepted the membership yet");
    assertThat(elsewhere.statusCode()).isEqualTo(404);
    assertThat(removed.statusCode()).isEqualTo(204);
    assertThat(again.statusCode()).isEqualTo(404);
    assertThat(world.as("admin").get("/rest/v1/audit_log?limit=1000").body())
        .contains(taken)
        .doesNotContain(world.id("taken"));
  }

  @Test
  void whoAcceptedIsSeen() {
    world.account("willing");
    var added =
        world
            .as("admin")
            .post(members(), Client.object("email", world.email("willing"), "role", "peer_mentor"));
    var code = Client.text(Json.parse(added.body()), "acceptance_code");

    var accepted =
        world.as("willing").post("/rest/v1/rpc/accept_membership", Client.object("code", code));

    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
    assertThat(world.as("admin").get("/rest/v1/memberships").body()).contains(world.id("willing"));
    assertThat(world.as("admin").get("/rest/v1/audit_log?limit=1000").body())
        .contains(world.id("willing"));
  }

  private static String send(String method, String path, String body) {
    var answer = world.as("admin").with("Prefer", "return=representation").send(method, path, body);
    return answer.statusCode() + " " + answer.body();
  }
}

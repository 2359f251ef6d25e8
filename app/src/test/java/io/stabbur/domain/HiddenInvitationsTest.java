package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

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
    world.member(here, "mentor", "peer_mentor");
    world.account("known");
    known = invite("known");
    unknown = invite("unknown");
    asWrittenBeforeNamesWereLeftOut(known, world.id("known"));
    var withdrawn = invite("known-once");
    asWrittenBeforeNamesWereLeftOut(withdrawn, world.accountOf("known-once"));
    assertThat(world.as("admin").delete(members() + "/" + withdrawn).statusCode()).isEqualTo(204);
  }

  /// Entries of an older version, which the chain keeps as they are.
  private static void asWrittenBeforeNamesWereLeftOut(String membership, String person) {
    var owner = new Owner(TestServer.shared());
    for (var action : List.of("insert", "delete")) {
      owner.text(
          "select private.write_audit(?::uuid, ?::uuid, 'org_admin', ?, 'memberships', ?,"
              + " jsonb_build_object('user_id', ?, 'status', 'suspended', 'role', 'peer_mentor'))",
          here,
          world.id("admin"),
          action,
          membership,
          person);
    }
    owner.text(
        "select private.write_audit(?::uuid, ?::uuid, 'authenticated', 'switch_refused',"
            + " 'organizations', ?, '{}')",
        here,
        person,
        here);
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
    return List.of(world.id("known"), world.accountOf("unknown"), world.accountOf("known-once"));
  }

  /// A read, and what it shows of others: so it is known to have read.
  ///
  /// @param shown a member, `here`, or nothing for an empty list
  /// @param shownToCoordinator the same for the coordinator
  private record Read(String path, String shown, String shownToCoordinator) {
    static Read of(String path, String shown) {
      return new Read(path, shown, shown);
    }
  }

  @TestFactory
  Stream<DynamicTest> noReadShowsWhoseAccountWaits() {
    return Stream.of(
            Read.of("/rest/v1/memberships", "mentor"),
            Read.of("/rest/v1/memberships?select=user_id,profiles(*)", "mentor"),
            Read.of("/rest/v1/memberships?status=eq.suspended", ""),
            Read.of("/rest/v1/organizations?select=id,memberships(*)", "mentor"),
            Read.of("/rest/v1/organizations?select=id,profiles(*)", "here"),
            Read.of("/rest/v1/profiles?select=id,memberships(*)", "mentor"),
            new Read("/rest/v1/audit_log?limit=1000", "mentor", ""),
            new Read("/rest/v1/audit_log?table_name=eq.memberships", "mentor", ""),
            Read.of("/rest/v1/rpc/colleagues", "mentor"),
            Read.of("/rest/v1/rpc/my_organizations", "here"),
            Read.of("/admin/v1/organizations/{here}/members", "mentor"),
            Read.of("/admin/v1/organizations/{here}", "here"))
        .map(read -> DynamicTest.dynamicTest(read.path(), () -> assertHidden(read)));
  }

  private static void assertHidden(Read read) {
    for (var person : List.of("admin", "coordinator")) {
      var answer = world.as(person).get(read.path().replace("{here}", here));

      var shown = person.equals("admin") ? read.shown() : read.shownToCoordinator();
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).doesNotContain(accounts());
      if (shown.isEmpty()) {
        assertThat(answer.body()).isEqualTo("[]");
      } else {
        assertThat(answer.body()).contains(shown.equals("here") ? here : world.id(shown));
      }
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

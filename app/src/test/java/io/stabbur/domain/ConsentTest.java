package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What an administrator may try to make a member of somebody who has not accepted: every form of a
/// write that the data API knows, over one row and over several. None succeeds.
class ConsentTest {
  private static final String UPSERT = "resolution=merge-duplicates";
  private static final Owner OWNER = new Owner(TestServer.shared());
  private static World world = new World(TestServer.shared());
  private static String here = "";
  private static String waiting = "";

  /// One request; `{…}` stands for the ids of [#filled].
  private record Request(String method, String path, String prefer, String body) {
    static Request upsert(String query, String... rows) {
      return new Request(
          "POST", "/rest/v1/memberships" + query, UPSERT, "[" + String.join(",", rows) + "]");
    }

    static Request insert(String... rows) {
      return new Request(
          "POST", "/rest/v1/memberships", "return=minimal", "[" + String.join(",", rows) + "]");
    }

    static Request patch(String filter, String change) {
      return new Request("PATCH", "/rest/v1/memberships?" + filter, "return=minimal", change);
    }
  }

  /// Requests that somebody sends one after the other.
  private record Attempt(String name, String person, List<Request> requests) {
    static Attempt of(String name, Request... requests) {
      return new Attempt(name, "admin", List.of(requests));
    }

    Attempt by(String other) {
      return new Attempt(name + ", by the " + other, other, requests);
    }
  }

  @BeforeAll
  static void somebodyOfAnotherOrganizationIsAsked() {
    world = new World(TestServer.shared());
    here = world.organization("admin");
    world.member(here, "coordinator", "coordinator");
    world.member(here, "mentor", "peer_mentor");
    world.member(world.organization("stranger-admin"), "stranger", "peer_mentor");
    world
        .as("stranger")
        .patch("/rest/v1/profiles?id=eq." + world.id("stranger"), Client.object("phone", "999"));
    var added =
        world
            .as("admin")
            .post(
                "/admin/v1/organizations/" + here + "/members",
                Client.object("email", world.email("stranger"), "role", "peer_mentor"));
    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    waiting = membership("stranger");
  }

  @TestFactory
  Stream<DynamicTest> nobodyIsMadeAMemberWithoutConsent() {
    return Stream.concat(attempts().stream(), attempts().stream().map(a -> a.by("coordinator")))
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> assertVain(each)));
  }

  private static List<Attempt> attempts() {
    var stranger = row("{W}", "{P}", "peer_mentor");
    var renamed = row("{N}", "{P}", "peer_mentor");
    var own = row("{M}", "{ME}", "org_admin");
    var ownAsWaiting = row("{W}", "{ME}", "org_admin");
    var byPerson = "?on_conflict=user_id,organization_id";
    return List.of(
        Attempt.of("ids swapped in one upsert", Request.upsert(byPerson, renamed, ownAsWaiting)),
        Attempt.of("ids swapped, own row first", Request.upsert(byPerson, ownAsWaiting, renamed)),
        Attempt.of(
            "ids swapped in a ring",
            Request.upsert(
                byPerson,
                renamed,
                row("{W}", "{K}", "coordinator"),
                row("{KM}", "{ME}", "org_admin"))),
        Attempt.of("a new id", Request.upsert(byPerson, renamed)),
        Attempt.of("the same id", Request.upsert(byPerson, stranger)),
        Attempt.of("beside one's own", Request.upsert(byPerson, own, stranger)),
        Attempt.of("by primary key", Request.upsert("", stranger)),
        Attempt.of("by primary key, beside one's own", Request.upsert("", own, stranger)),
        Attempt.of("by id", Request.upsert("?on_conflict=id", stranger)),
        Attempt.of(
            "one's own id in the other's name",
            Request.upsert("?on_conflict=id", row("{M}", "{P}", "org_admin"))),
        Attempt.of(
            "the other's id in one's own name", Request.upsert("?on_conflict=id", ownAsWaiting)),
        Attempt.of("the same person twice", Request.upsert(byPerson, stranger, renamed)),
        Attempt.of(
            "without the id's column",
            Request.upsert(byPerson + "&columns=user_id,organization_id,status", stranger)),
        Attempt.of(
            "with defaults",
            new Request(
                "POST",
                "/rest/v1/memberships" + byPerson,
                UPSERT + ",missing=default",
                "[{\"user_id\": \"{P}\", \"organization_id\": \"{O}\"}]")),
        Attempt.of(
            "with ignored duplicates",
            new Request(
                "POST",
                "/rest/v1/memberships" + byPerson,
                "resolution=ignore-duplicates",
                "[" + renamed + "]")),
        Attempt.of(
            "put",
            new Request("PUT", "/rest/v1/memberships?id=eq.{W}", "return=minimal", stranger)),
        Attempt.of("insert", Request.insert(stranger)),
        Attempt.of("insert of a second row", Request.insert(renamed)),
        Attempt.of("status", Request.patch("id=eq.{W}", "{\"status\": \"active\"}")),
        Attempt.of(
            "status of all", Request.patch("organization_id=eq.{O}", "{\"status\": \"active\"}")),
        Attempt.of("status of two", Request.patch("id=in.({M},{W})", "{\"status\": \"active\"}")),
        Attempt.of(
            "status and id",
            Request.patch("id=eq.{W}", "{\"status\": \"active\", \"id\": \"{N}\"}")),
        Attempt.of(
            "first the id, then the status",
            Request.patch("id=eq.{W}", "{\"id\": \"{N}\"}"),
            Request.patch("user_id=eq.{P}", "{\"status\": \"active\"}")),
        Attempt.of(
            "handed over, then renamed",
            Request.patch("id=eq.{M}", "{\"user_id\": \"{P}\"}"),
            Request.patch("id=eq.{W}", "{\"user_id\": \"{ME}\"}")),
        Attempt.of(
            "a row that is made and activated",
            Request.insert(row("{N}", "{P}", "peer_mentor").replace("active", "suspended")),
            Request.patch("id=eq.{N}", "{\"status\": \"active\"}")));
  }

  private static String row(String id, String person, String role) {
    return "{\"id\": \"%s\", \"user_id\": \"%s\", \"organization_id\": \"{O}\", \"role\": \"%s\", \"status\": \"active\"}"
        .formatted(id, person, role);
  }

  private static void assertVain(Attempt attempt) {
    var invitations = "select to_jsonb(i)::text from private.membership_invitations i order by 1";
    var memberships =
        "select to_jsonb(m)::text from public.memberships m where m.organization_id = ?::uuid order"
            + " by 1";
    var before = List.of(OWNER.texts(invitations), OWNER.texts(memberships, here));
    var id = UUID.randomUUID().toString();

    for (var request : attempt.requests()) {
      var answer =
          world
              .as(attempt.person())
              .with("Prefer", request.prefer())
              .send(request.method(), filled(request.path(), id), filled(request.body(), id));
      assertThat(answer.statusCode()).as(answer.body()).isLessThan(500);
    }

    assertThat(List.of(OWNER.texts(invitations), OWNER.texts(memberships, here))).isEqualTo(before);
    for (var person : List.of("admin", "coordinator", "mentor")) {
      assertUnseen(world.as(person));
    }
  }

  private static void assertUnseen(Client client) {
    assertThat(client.get("/rest/v1/profiles?id=eq." + world.id("stranger")).body())
        .isEqualTo("[]");
    assertThat(client.get("/rest/v1/memberships?select=profiles(display_name,phone)").body())
        .doesNotContain("999");
    assertThat(client.get("/rest/v1/rpc/colleagues").body()).doesNotContain(world.id("stranger"));
  }

  private static String filled(String text, String newId) {
    return text.replace("{W}", waiting)
        .replace("{N}", newId)
        .replace("{O}", here)
        .replace("{P}", world.id("stranger"))
        .replace("{ME}", world.id("admin"))
        .replace("{M}", membership("admin"))
        .replace("{KM}", membership("coordinator"))
        .replace("{K}", world.id("coordinator"));
  }

  private static String membership(String person) {
    return Client.text(
        Json.parse(
                world
                    .service
                    .get(
                        "/rest/v1/memberships?select=id&user_id=eq.%s&organization_id=eq.%s"
                            .formatted(world.id(person), here))
                    .body())
            .get(0),
        "id");
  }
}

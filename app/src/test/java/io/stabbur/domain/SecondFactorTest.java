package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.auth.factor.Authenticator;
import io.stabbur.domain.FileMatrix.Verb;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// An account with a verified second factor reads and writes rows and files in sessions that were
/// strengthened by it only.
class SecondFactorTest {
  /// A member with a factor: signed in without it, and with it.
  private record Member(World world, String organization, Client weak, Client strong) {}

  @Test
  void aSessionWithoutTheFactorIsRefusedWithAReason() {
    var member = secured(TestServer.shared());

    for (var answer :
        List.of(
            member.weak.get("/rest/v1/contacts"),
            member.weak.in(member.organization).get("/rest/v1/contacts"),
            member.weak.post("/rest/v1/contacts", "{\"full_name\": \"N\"}"),
            member.weak.post("/rest/v1/rpc/colleagues", "{}"),
            member.weak.get("/rest/v1/rpc/my_organizations"),
            member.weak.post("/storage/v1/object/list/receipts", "{\"prefix\": \"\"}"),
            member.weak.get("/admin/v1/organizations/" + member.organization + "/members"))) {
      assertInsufficient(answer);
    }
    assertNoFiles(TestServer.shared(), member);
    assertThat(member.strong.rows("/rest/v1/memberships")).hasSize(1);
    assertThat(member.strong.rows("/rest/v1/rpc/my_organizations")).hasSize(1);
    assertThat(member.weak.get("/auth/v1/user").statusCode()).isEqualTo(200);
  }

  @Test
  void wherePoliciesAreAloneTheyHideTheRowsAndFiles() {
    try (var server =
        TestServer.start(Map.of("stabbur.organizations.membership-check", "claims"))) {
      var member = secured(server);

      for (var path :
          List.of(
              "memberships",
              "profiles",
              "organizations",
              "org_stats",
              "rpc/my_organizations",
              "rpc/colleagues")) {
        assertThat(member.strong.rows("/rest/v1/" + path)).as(path).isNotEmpty();
        assertThat(member.weak.rows("/rest/v1/" + path)).as(path).isEmpty();
      }
      assertThat(member.weak.post("/rest/v1/activities", "{\"title\": \"T\"}").statusCode())
          .isEqualTo(403);
      assertThat(member.strong.post("/rest/v1/activities", "{\"title\": \"T\"}").statusCode())
          .isEqualTo(201);
      assertNoFiles(server, member);
    }
  }

  @Test
  void aSettingRequiresTheFactorForAnySchema() {
    var settings =
        Map.<String, Object>of(
            "stabbur.organizations.membership-check",
            "claims",
            "stabbur.gateway.require-verified-factor",
            true);
    assertThat(called(TestServer.shared()).statusCode()).isEqualTo(200);
    try (var server = TestServer.start(settings)) {
      assertInsufficient(called(server));
    }
  }

  /// A call with a token that names no organisations, as those of other schemas are, of an account
  /// that has a factor.
  private static HttpResponse<String> called(TestServer server) {
    var member = secured(server);
    var token = Tokens.of(server.project(), "authenticated", member.world.id("member"));
    return Client.anon(server).withToken(token).get("/rest/v1/rpc/my_organizations");
  }

  private static void assertNoFiles(TestServer server, Member member) {
    var file =
        new FileShelf.File(
            "receipts", member.organization + "/" + member.world.id("member") + "/a.png");
    var shelf = new FileShelf(server);
    shelf.put(file);
    for (var wire : FileWire.all(server, member.weak.token())) {
      for (var verb : Verb.values()) {
        // the S3 protocol answers a removal alike whether there was something the caller may remove
        if (wire.knows(verb) && !(verb == Verb.DELETE && wire instanceof FileS3)) {
          var target = verb == Verb.UPLOAD ? file.beside("b.png") : file;
          assertThat(wire.attempt(verb, target, file.beside("c.png")))
              .as(wire + " " + verb)
              .isNotEqualTo("done");
        }
      }
    }
    new FileS3(server, member.weak.token()).attempt(Verb.DELETE, file, file);
    assertThat(shelf.version(file)).as("nothing was removed").isNotEmpty();
    assertThat(shelf.version(file.beside("b.png")) + shelf.version(file.beside("c.png"))).isEmpty();
    for (var wire : FileWire.all(server, member.strong.token())) {
      var verb = wire.knows(Verb.READ) ? Verb.READ : Verb.OVERWRITE;
      assertThat(wire.attempt(verb, file, file)).as(wire.toString()).isEqualTo("done");
    }
  }

  private static Member secured(TestServer server) {
    var world = new World(server);
    var organization = world.organization("admin");
    world.member(organization, "member", "peer_mentor");
    world.service.post("/admin/v1/statistics/refresh", "");
    var strong = world.as("member").withToken(strengthened(world.as("member")));
    return new Member(world, organization, world.signedInAgain("member"), strong);
  }

  private static String strengthened(Client client) {
    var factor = Json.parse(client.post("/auth/v1/factors", "{\"factor_type\": \"totp\"}").body());
    var path = "/auth/v1/factors/" + Client.text(factor, "id");
    var challenge = Json.parse(client.post(path + "/challenge", "{}").body());
    var code = Authenticator.code(Client.text(factor.get("totp"), "secret"));
    var verified =
        client.post(
            path + "/verify",
            Client.object("challenge_id", Client.text(challenge, "id"), "code", code));
    assertThat(verified.statusCode()).as(verified.body()).isEqualTo(200);
    return Client.text(Json.parse(verified.body()), "access_token");
  }

  private static void assertInsufficient(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains("insufficient_aal", "AAL2 session is required");
  }
}

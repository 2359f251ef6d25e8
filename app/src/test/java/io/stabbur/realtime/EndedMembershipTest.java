package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A member whose membership ends while the socket is open.
class EndedMembershipTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final String PASSWORD = "en lang nok passfrase 42";
  private static final String CHANGES =
      "{\"postgres_changes\":[{\"event\":\"INSERT\",\"schema\":\"public\",\"table\":\"activities\"}]}";

  private static JsonNode service(String method, String path, String body) {
    var key = SERVER.project().keys().serviceRoleKey().reveal();
    var reply =
        Http.send(
            method,
            SERVER.url() + path,
            body,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Prefer",
            "return=representation",
            "Content-Type",
            "application/json");
    assertThat(reply.statusCode()).as(reply.body()).isLessThan(300);
    return Json.parse(reply.body().isEmpty() ? "null" : reply.body());
  }

  private static String address(String person) {
    return person + "-" + UUID.randomUUID() + "@example.org";
  }

  private static String token(String email) {
    var key = SERVER.project().keys().anonKey().reveal();
    var reply =
        Http.post(
            SERVER.url() + "/auth/v1/token?grant_type=password",
            "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, PASSWORD),
            "apikey",
            key,
            "Content-Type",
            "application/json");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return Json.parse(reply.body()).get("access_token").getStringValue();
  }

  private static String organization(String administrator) {
    return service(
            "POST",
            "/admin/v1/organizations",
            "{\"name\":\"North\",\"slug\":\"n-%s\",\"admin_email\":\"%s\",\"password\":\"%s\"}"
                .formatted(UUID.randomUUID(), administrator, PASSWORD))
        .get("id")
        .getStringValue();
  }

  private static String member(String organization, String email) {
    return service(
            "POST",
            "/admin/v1/organizations/" + organization + "/members",
            "{\"email\":\"%s\",\"role\":\"coordinator\",\"password\":\"%s\"}"
                .formatted(email, PASSWORD))
        .get("user_id")
        .getStringValue();
  }

  private static void activity(String organization, String person, String title) {
    service(
        "POST",
        "/rest/v1/activities",
        "{\"organization_id\":\"%s\",\"user_id\":\"%s\",\"title\":\"%s\",\"summary\":\"s\"}"
            .formatted(organization, person, title));
  }

  private static String title(Phoenix client) {
    return client
        .event("postgres_changes")
        .payload()
        .get("data")
        .get("record")
        .get("title")
        .getStringValue();
  }

  @Test
  void aMemberWhoIsRemovedHearsNothingMoreOfTheOrganization() {
    var administrator = address("admin");
    var leaver = address("leaver");
    var organization = organization(administrator);
    var left = member(organization, leaver);
    var keeper = member(organization, address("keeper"));
    try (var client = Phoenix.connect(SERVER);
        var other = Phoenix.connect(SERVER)) {
      var token = token(leaver);
      var board = "realtime:org:" + organization + ":board";
      assertThat(client.join(board, "{\"private\":true}", token).status()).isEqualTo("ok");
      assertThat(client.join("realtime:rows", CHANGES, token).status()).isEqualTo("ok");
      assertThat(other.join("realtime:rows", CHANGES, token(administrator)).status())
          .isEqualTo("ok");
      activity(organization, keeper, "before");
      assertThat(title(client)).isEqualTo("before");
      assertThat(title(other)).isEqualTo("before");

      service("DELETE", "/admin/v1/organizations/" + organization + "/members/" + left, "");

      assertThat(client.event("phx_close").topic()).isEqualTo(board);
      activity(organization, keeper, "after");
      assertThat(title(other)).isEqualTo("after");
      assertThat(client.untilHeartbeat())
          .extracting(Phoenix.Received::event)
          .doesNotContain("postgres_changes");
    }
  }
}

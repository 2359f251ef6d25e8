package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A channel ends with what its token stands for: the account, the session, the API key.
class EndedAccountTest {
  private static final TestServer SERVER = RealtimeServer.shared();
  private static final String PRIVATE = "{\"private\":true,\"broadcast\":{\"ack\":true}}";

  /// Somebody who is signed in.
  private record Person(String id, String token) {
    static Person signedIn() {
      var email = "p" + UUID.randomUUID() + "@example.org";
      var user =
          service(
              "POST",
              "/admin/users",
              "{\"email\":\"%s\",\"password\":\"long enough 1\",\"email_confirm\":true}"
                  .formatted(email));
      var session =
          Json.parse(
              Http.post(
                      SERVER.url() + "/auth/v1/token?grant_type=password",
                      "{\"email\":\"%s\",\"password\":\"long enough 1\"}".formatted(email),
                      "apikey",
                      SERVER.project().keys().publishableKey().reveal(),
                      "Content-Type",
                      "application/json")
                  .body());
      return new Person(
          user.get("id").getStringValue(), session.get("access_token").getStringValue());
    }
  }

  private static JsonNode service(String method, String path, String body) {
    var key = SERVER.project().keys().serviceRoleKey().reveal();
    var reply =
        Http.send(
            method,
            SERVER.url() + "/auth/v1" + path,
            body,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json");
    assertThat(reply.statusCode()).isLessThan(300);
    return Json.parse(reply.body());
  }

  private static void assertClosed(Phoenix client, String message) {
    assertThat(client.event("system").payload().get("message").getStringValue()).isEqualTo(message);
    client.event("phx_close");
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void aBanEndsPublicAndPrivateChannelsAtOnce() {
    var person = Person.signedIn();
    var other = Person.signedIn();
    try (var client = Phoenix.connect(SERVER);
        var still = Phoenix.connect(SERVER)) {
      client.join("realtime:user:" + person.id(), PRIVATE, person.token());
      client.join("realtime:open", "{}", person.token());
      still.join("realtime:user:" + other.id(), PRIVATE, other.token());
      service("PUT", "/admin/users/" + person.id(), "{\"ban_duration\":\"24h\"}");
      assertClosed(client, "User is banned");
      assertClosed(client, "User is banned");
      assertThat(client.join("realtime:user:" + person.id(), PRIVATE, person.token()).reason())
          .isEqualTo("InvalidJWTToken: User is banned");
      var push =
          still.push(
              "1",
              "realtime:user:" + other.id(),
              "broadcast",
              "{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{}}");
      assertThat(still.reply(push).status()).isEqualTo("ok");
    }
  }

  @Test
  void aDeletedAccountAndAnEndedSessionEndTheirChannels() {
    var deleted = Person.signedIn();
    var signedOut = Person.signedIn();
    try (var client = Phoenix.connect(SERVER);
        var second = Phoenix.connect(SERVER)) {
      client.join("realtime:open", "{}", deleted.token());
      second.join("realtime:open", "{}", signedOut.token());
      service("DELETE", "/admin/users/" + deleted.id(), "{}");
      assertClosed(client, "User from sub claim in JWT does not exist");
      var logout =
          Http.post(
              SERVER.url() + "/auth/v1/logout",
              "",
              "apikey",
              SERVER.project().keys().publishableKey().reveal(),
              "Authorization",
              "Bearer " + signedOut.token());
      assertThat(logout.statusCode()).isEqualTo(204);
      assertClosed(second, "Session from session_id claim in JWT does not exist");
    }
  }

  @Test
  void aRevokedKeyEndsTheSocketsItOpened() {
    var made = service("POST", "/admin/api-keys", "{\"type\":\"publishable\",\"name\":\"web\"}");
    var key = made.get("api_key");
    try (var client = Phoenix.connect(SERVER, key.getStringValue())) {
      client.join("realtime:open", "{}");
      service("POST", "/admin/api-keys/" + made.get("id").coerceStringValue() + "/revoke", "{}");
      assertThat(client.event("system").payload().get("message").getStringValue())
          .isEqualTo("API key is no longer valid");
      assertThat(client.closeCode()).isEqualTo(1008);
    }
  }
}

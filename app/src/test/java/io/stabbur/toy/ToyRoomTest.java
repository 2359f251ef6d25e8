package io.stabbur.toy;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A new room is beans of its own: no other room, and not the gateway, is edited for it.
class ToyRoomTest {
  @Test
  void aRoomBringsItsRoutesItsChoresItsMetricsAndItsSettings() {
    try (var server =
        TestServer.start(Map.of("stabbur.toy.greeting", "hello", "stabbur.toy.every", "100ms"))) {
      var url = server.url() + "/toy/v1/greeting";

      assertThat(Http.get(url).statusCode()).isEqualTo(401);
      assertThat(Http.get(url, "apikey", "no key").statusCode()).isEqualTo(401);
      var anon = server.project().keys().anonKey().reveal();
      assertThat(Http.get(url, "apikey", anon).body()).startsWith("hello anon ");
      Await.until("the chore ran", () -> !Http.get(url, "apikey", anon).body().endsWith(" 0"));
      var secret = "Bearer " + server.project().keys().serviceRoleKey().reveal();
      assertThat(Http.get(server.url() + "/metrics", "Authorization", secret).body())
          .contains("stabbur_toy_runs");
    }
    assertThat(
            Http.get(
                    TestServer.shared().url() + "/toy/v1/greeting",
                    "apikey",
                    TestServer.shared().project().keys().anonKey().reveal())
                .statusCode())
        .isEqualTo(404);
  }
}

package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.control.api.FirstOwner;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// With a port of their own the pages are there and nothing else is, and they are nowhere else.
class OwnAddressTest {
  @Test
  void pagesAreOnTheirPortAloneAndNothingElseIsThere() {
    int port = TestServer.freePort();
    try (var server = TestServer.start(Map.of("stabbur.console.port", port))) {
      var console = "http://127.0.0.1:" + port;
      var key = server.project().keys().serviceRoleKey().reveal();
      assertThat(server.bean(FirstOwner.class).invite().orElse(""))
          .startsWith(console + "/console/invitation?code=");

      assertThat(Http.get(console + "/console/sign-in").body()).contains("<h1>Sign in</h1>");
      assertThat(Http.get(console + "/console.css").statusCode()).isEqualTo(404);
      assertThat(Http.get(console + "/console/console.css").statusCode()).isEqualTo(200);
      assertThat(Http.get(console + "/").headers().firstValue("Location").orElse(""))
          .isEqualTo("/console/sign-in");
      for (var path :
          List.of(
              "/rest/v1/profiles",
              "/auth/v1/health",
              "/admin/v1/backups",
              "/storage/v1/bucket",
              "/metrics",
              "/health",
              "/console/../rest/v1/profiles",
              "/console/%2e%2e/rest/v1/profiles",
              "//rest/v1/profiles",
              "/consoles")) {
        var answer = Http.get(console + path, "apikey", key, "Authorization", "Bearer " + key);
        assertThat(answer.statusCode()).as(path).isEqualTo(404);
        assertThat(answer.body()).as(path).contains("There is no such page");
      }

      for (var path :
          List.of(
              "/console",
              "/console/sign-in",
              "/console?x=1",
              "/%63onsole/sign-in",
              "/console%2Fsign-in",
              "//console/sign-in",
              "/console/console.css")) {
        var answer = Http.get(server.url() + path);
        assertThat(answer.statusCode()).as(path).isIn(401, 404);
        assertThat(answer.body()).as(path).doesNotContain("Sign in");
      }
      assertThat(Http.get(server.url() + "/rest/v1/profiles?limit=1", "apikey", key).statusCode())
          .isEqualTo(200);
    }
  }
}

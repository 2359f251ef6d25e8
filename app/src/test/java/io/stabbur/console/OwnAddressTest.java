package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.stabbur.control.api.FirstOwner;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.http.TargetRule;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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
              "//x/console/sign-in",
              "/console/console.css")) {
        var answer = Http.get(server.url() + path);
        assertThat(answer.statusCode()).as(path).isIn(401, 404);
        assertThat(answer.body()).as(path).doesNotContain("Sign in");
      }
      assertThat(Http.get(server.url() + "/rest/v1/profiles?limit=1", "apikey", key).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void noFormOfATargetLeadsToAnotherAddress() throws IOException {
    int port = TestServer.freePort();
    try (var server = TestServer.start(Map.of("stabbur.console.port", port))) {
      var key = server.project().keys().serviceRoleKey().reveal();
      for (var target :
          List.of(
              "http://x/rest/v1/organizations",
              "HTTP://a@x:1/rest/v1/organizations",
              "x://127.0.0.1//rest/v1/organizations",
              "http:///rest/v1/organizations",
              "http:/rest/v1/organizations",
              "http:rest/v1/organizations",
              "rest/v1/organizations",
              "//x/rest/v1/organizations",
              "http://x//x/rest/v1/organizations",
              "http://x/%72est/v1/organizations",
              "http://x/health",
              "http://x/settings",
              "http://s3.example.org/bucket/object",
              "*")) {
        assertThat(answer(port, "GET", target, key))
            .as(target)
            .startsWith("HTTP/1.1 404 ")
            .contains("There is no such page");
      }
      assertThat(answer(port, "OPTIONS", "*", key)).startsWith("HTTP/1.1 404 ");
      assertThat(answer(port, "CONNECT", "127.0.0.1:5432", key)).startsWith("HTTP/1.1 415 ");
      assertThat(answer(port, "GET", "http://x/console/sign-in", key)).contains("<h1>Sign in</h1>");

      int apis = URI.create(server.url()).getPort();
      assertThat(answer(apis, "GET", "http://x/rest/v1/organizations?limit=1", key))
          .startsWith("HTTP/1.1 200 ");
      for (var target : List.of("http://x/console/sign-in", "x:/console/sign-in", "console")) {
        assertThat(answer(apis, "GET", target, key)).as(target).startsWith("HTTP/1.1 404 ");
      }
      assertThat(server.bean(ApplicationContext.class).streamOfType(TargetRule.class))
          .as("what is an object of the S3 protocol is no page, and pages alone are on their port")
          .extracting(rule -> rule.getClass().getSimpleName())
          .containsExactly("S3Root", "ApiAddress", "ConsoleTarget");
    }
  }

  private static String answer(int port, String method, String target, String key)
      throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      var head =
          "%s %s HTTP/1.1\r\nHost: localhost\r\napikey: %s\r\nConnection: close\r\n\r\n"
              .formatted(method, target, key);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void cookiesAreForTlsAloneWhereTheApisHaveTlsOrTheServerDoesNotStart() {
    int port = TestServer.freePort();
    var settings =
        Map.<String, Object>of(
            "stabbur.console.port", port, "stabbur.public-url", "https://api.example.org");
    assertThatThrownBy(() -> TestServer.start(settings).close())
        .rootCause()
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("set console.public-url to the https address");

    var named = new HashMap<>(settings);
    named.put("stabbur.console.public-url", "https://console.example.org");
    try (var _ = TestServer.start(named)) {
      var cookies =
          Http.get("http://127.0.0.1:%d/console/sign-in".formatted(port))
              .headers()
              .allValues("Set-Cookie");
      assertThat(cookies).isNotEmpty().allMatch(cookie -> cookie.contains("Secure"));
      assertThatThrownBy(() -> new Socket("127.0.0.2", port).close())
          .as("without console.host the port is opened on 127.0.0.1 alone")
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void anObjectOfTheS3ProtocolIsNoPageWhateverItIsCalled() throws IOException {
    int s3 = TestServer.freePort();
    var settings =
        Map.<String, Object>of(
            "stabbur.console.port", TestServer.freePort(), "stabbur.storage.endpoint-port", s3);
    try (var _ = TestServer.start(settings)) {
      assertThat(answer(s3, "GET", "/console/sign-in", "")).contains("<Code>AccessDenied</Code>");
    }
  }
}

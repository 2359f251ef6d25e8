package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Status lines of every API, read from the socket: clients that do not look at headers see the
/// phrase.
class StatusLineTest {
  private static final TestServer SERVER = TestServer.shared();

  private static String statusLine(String request) throws IOException {
    return answer(request).lines().findFirst().orElseThrow();
  }

  private static String answer(String request) throws IOException {
    var address = URI.create(SERVER.url());
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
      socket.setSoTimeout(20_000);
      var head =
          request
              + " HTTP/1.1\r\nHost: localhost\r\napikey: "
              + SERVER.project().keys().serviceRoleKey().reveal()
              + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void answersOfEveryApiHaveTheStandardPhrase() throws IOException {
    var requests =
        new String[] {
          "GET /rest/v1/organizations",
          "GET /rest/v1/organizations?limit=1&select=nothing",
          "GET /rest/v1/nothing",
          "PUT /rest/v1/organizations",
          "DELETE /rest/v1/organizations?id=eq.00000000-0000-0000-0000-000000000000",
          "GET /auth/v1/health",
          "GET /auth/v1/user",
          "GET /auth/v1/admin/users/nobody",
          "GET /auth/v1/authorize?provider=nobody",
          "GET /auth/v1/verify?type=signup&token=nothing",
          "GET /auth/v1/settings",
          "GET /storage/v1/bucket",
          "GET /storage/v1/bucket/nothing",
          "GET /storage/v1/object/nothing/nothing",
          "GET /storage/v1/s3/nothing",
          "OPTIONS /storage/v1/upload/resumable",
          "GET /functions/v1/nothing",
          "GET /realtime/v1/websocket",
          "POST /realtime/v1/api/broadcast",
          "GET /admin/v1/nothing",
          "OPTIONS /rest/v1/organizations",
          "GET /health",
          "GET /nothing",
        };
    var wrong = new ArrayList<String>();
    for (var request : requests) {
      var line = statusLine(request);
      var words = line.split(" ", 3);
      var standard = HttpResponseStatus.valueOf(Integer.parseInt(words[1])).reasonPhrase();
      if (!words[2].equals(standard)) {
        wrong.add(request + ": " + line);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /// As curl, Postman and the documentation's own examples send them.
  @Test
  void rawCharactersInATargetAreReadAsUtf8() throws IOException {
    assertThat(answer("GET /rest/v1/båt|<>^?select=*"))
        .startsWith("HTTP/1.1 404 Not Found")
        .contains("'public.båt|<>^'");
    assertThat(answer("GET /rest/v1/organizations?select=båt->>a"))
        .startsWith("HTTP/1.1 400 Bad Request")
        .contains("organizations.båt does not exist");
    assertThat(answer("GET /storage/v1/bucket/båt%")).contains("Bucket not found");
    var refused = new ArrayList<String>();
    for (var request :
        new String[] {
          "GET /rest/v1/organizations?name=eq.\"båt\"",
          "GET /rest/v1/organizations?name=like.*%",
          "GET /rest/v1/organizations?name=in.(\"{a|b}\",\"c\\\\d^e\")",
          "GET /auth/v1/admin/users?filter=<båt>",
          "GET /functions/v1/nothing?a=å<>\"{}|\\^`%",
          "GET /admin/v1/realtime?x=å<>%",
        }) {
      var line = statusLine(request);
      if (line.contains("Bad Request")) {
        refused.add(request + ": " + line);
      }
    }
    assertThat(refused).isEmpty();
  }
}

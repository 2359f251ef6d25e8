package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What only the octets on a connection show.
class WireTest {
  @Test
  void headersAreUtf8BothWays() throws IOException {
    var answer =
        exchange(
            request(
                "POST",
                "/rest/v1/rpc/greeted",
                "X-Word: blåbær\r\nContent-Length: 0\r\nConnection: close\r\n"));

    assertThat(answer)
        .startsWith("HTTP/1.1 200")
        .contains("Server: postgrest/16.2", "X-Word: Gösta", "\"blåbær\"");
  }

  @Test
  void listsOfThousandsOfIdsFitIntoAnAddress() throws IOException {
    var ids = "0,1,2,3,4,5,6,7,8,9,".repeat(3000);
    var fits =
        exchange(
            request(
                "GET", "/rest/v1/books?select=id&id=in.(" + ids + "1)", "Connection: close\r\n"));
    var tooLong =
        exchange(
            request(
                "GET",
                "/rest/v1/books?select=id&id=in.(" + ids + ids + "1)",
                "Connection: close\r\n"));

    assertThat(fits).startsWith("HTTP/1.1 200").contains("[{\"id\":1}, \n {\"id\":2}");
    assertThat(tooLong).startsWith("HTTP/1.0 413");
  }

  private static String request(String method, String path, String headers) {
    return "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\napikey: %s\r\n%s\r\n"
        .formatted(method, path, DataServer.anonKey(), headers);
  }

  private static String exchange(String requests) throws IOException {
    var server = URI.create(DataServer.rest());
    try (var socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(requests.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

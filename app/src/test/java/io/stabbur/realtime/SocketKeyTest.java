package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.project.ApiKey.Kind;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A socket ends with the key that it was opened with, wherever the key stood, and not before.
class SocketKeyTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final int QUIET_MILLIS = 3_000;

  private static String upgrade(String... headers) {
    var text = new StringBuilder("GET /realtime/v1/websocket?vsn=2.0.0");
    text.append(" HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
    text.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n");
    for (var header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  private static Socket open(String requests) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(SERVER.url()).getPort());
    socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
    assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 101 ");
    socket.setSoTimeout(QUIET_MILLIS);
    return socket;
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as(head.toString()).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  /// Whether the server sends nothing, and does not end it either.
  private static boolean isQuiet(Socket socket) throws IOException {
    try {
      int _ = socket.getInputStream().read();
      return false;
    } catch (SocketTimeoutException _) {
      return true;
    }
  }

  @Test
  void aKeyThatStandsAsTheBearerTokenKeepsTheSocketOpenUntilItIsRevoked() throws IOException {
    var store = ApiKeyStore.of(SERVER.project());
    var made = store.create(Kind.PUBLISHABLE, "as bearer");
    try (var socket = open(upgrade("Authorization: Bearer " + made.text().reveal()))) {
      assertThat(isQuiet(socket)).isTrue();
      assertThat(store.revoke(made.key().id())).isEqualTo(ApiKeyStore.Outcome.DONE);
      assertThat(isQuiet(socket)).isFalse();
    }
  }

  @Test
  void aSocketThatNeedsNoKeyStaysOpenWithoutOne() throws IOException {
    var open = Map.<String, Object>of("stabbur.gateway.require-api-key", false);
    try (var server = TestServer.start(open);
        var socket =
            new Socket(InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort())) {
      socket.getOutputStream().write(upgrade().getBytes(StandardCharsets.US_ASCII));
      assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 101 ");
      socket.setSoTimeout(QUIET_MILLIS);
      assertThat(isQuiet(socket)).isTrue();
    }
  }
}

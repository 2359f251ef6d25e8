package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.project.Projects;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Which connections to a hosted project are used again, and which requests count as under way
/// there, against a peer that writes its answers byte by byte and closes nothing by itself.
class HostedConnectionsTest {
  private static final String KEY = "sb_publishable_of_the_hosted_project";

  /// More than one caller may have under way, who is alone: 200 of 300.
  private static final int MANY = 230;

  private static final AtomicInteger CONNECTIONS = new AtomicInteger();
  private static final AtomicInteger ASKED_AFTER_CLOSE = new AtomicInteger();
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "");

  private static TestServer front = TestServer.shared();
  private static String address = "";

  @BeforeAll
  static void start() throws IOException {
    var peer = AtExit.close(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()));
    var _ = Thread.ofVirtual().start(() -> accept(peer));
    address = "http://127.0.0.1:" + peer.getLocalPort();
    front = AtExit.close(TestServer.start(settings("1h")));
  }

  private static Map<String, Object> settings(String socketLimit) {
    return Map.of(
        "stabbur.projects.default.hosted-url",
        address,
        "stabbur.projects.default.hosted-parts",
        List.of("auth", "functions"),
        "stabbur.projects.default.hosted-timeout",
        "3s",
        "stabbur.projects.default.hosted-socket-limit",
        socketLimit,
        "stabbur.projects.default.publishable-key",
        KEY);
  }

  private static void accept(ServerSocket peer) {
    while (true) {
      try {
        var socket = peer.accept();
        CONNECTIONS.incrementAndGet();
        var _ = Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      boolean saidClose = false;
      for (var line = head(socket); line != null; line = head(socket)) {
        if (saidClose) {
          ASKED_AFTER_CLOSE.incrementAndGet();
        }
        saidClose |= line.contains("/close");
        write(socket, answer(line));
      }
    } catch (IOException _) {
      // the other end is gone
    }
  }

  private static String answer(String line) {
    if (line.contains("/close")) {
      return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    }
    if (line.contains("/chunked")) {
      return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    }
    if (line.contains("/socket")) {
      return String.join(
          "\r\n",
          "HTTP/1.1 101 Switching Protocols",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "",
          "");
    }
    return line.contains("/hangs") ? "" : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  }

  /// The first line of the next message without a body; null at the end.
  private static @Nullable String head(Socket socket) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        return null;
      }
      text.append((char) next);
    }
    return text.substring(0, text.indexOf("\r\n"));
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void ask(String path) {
    var answer = Http.get(front.url() + path, "apikey", KEY);
    assertThat(answer.body()).isEqualTo("ok");
  }

  @Test
  void aConnectionIsUsedAgainUnlessThePeerSaysClose() {
    for (int i = 0; i < 5; i++) {
      ask("/auth/v1/close");
    }
    assertThat(ASKED_AFTER_CLOSE).hasValue(0);
    ask("/auth/v1/user");
    int before = CONNECTIONS.get();
    for (int i = 0; i < 5; i++) {
      ask("/auth/v1/chunked");
      ask("/auth/v1/user");
    }
    assertThat(CONNECTIONS).hasValue(before);
  }

  private static Socket open(String path, String headers) throws IOException {
    return open(front, path, headers);
  }

  private static Socket open(TestServer server, String path, String headers) throws IOException {
    return open(server, "GET", path, headers);
  }

  private static Socket open(TestServer server, String method, String path, String headers)
      throws IOException {
    int port = URI.create(server.url()).getPort();
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    write(
        socket,
        "%s %s HTTP/1.1\r\nHost: localhost\r\napikey: %s\r\n%s\r\n"
            .formatted(method, path, KEY, headers));
    return socket;
  }

  private static String status(Socket socket) throws IOException {
    var reader =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    return Objects.requireNonNull(reader.readLine()).split(" ", -1)[1];
  }

  private static List<String> statuses(String path, String headers) throws IOException {
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i < MANY; i++) {
        sockets.add(open(path, headers));
      }
      var statuses = new ArrayList<String>();
      for (var socket : sockets) {
        statuses.add(status(socket));
      }
      return statuses;
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void aRequestWithTheKeyOfASocketCountsAsOthersDo() throws IOException {
    var key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    assertThat(statuses("/auth/v1/hangs", key)).contains("504", "429").doesNotContain("200");
  }

  @Test
  void socketsThatAreOpenDoNotCountAsRequests() throws IOException {
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i < MANY; i++) {
        var socket = open("/functions/v1/socket", UPGRADE);
        sockets.add(socket);
        assertThat(status(socket)).as("socket " + i).isEqualTo("101");
      }
      ask("/auth/v1/user");
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void whatIsNoRequestOfAClientIsNotSentOn() throws IOException {
    for (var method : List.of("CONNECT", "TRACE")) {
      try (var socket = open(front, method, "/auth/v1/user", "")) {
        assertThat(status(socket)).as(method).isEqualTo("405");
      }
    }
    try (var socket = open(front, "PROPFIND", "/functions/v1/any", "")) {
      assertThat(status(socket)).isEqualTo("200");
    }
  }

  @Test
  void aSocketEndsAtItsLimit() throws IOException {
    try (var brief = TestServer.start(settings("2s"));
        var socket = open(brief, "/functions/v1/socket", UPGRADE)) {
      long begin = System.nanoTime();
      var in = socket.getInputStream();
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 101");
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
    }
  }

  @Test
  void aSocketKeepsItsProjectOpenAndEndsWithIt() throws IOException {
    try (var other = TestServer.start(settings("1h"));
        var socket = open(other, "/functions/v1/socket", UPGRADE)) {
      assertThat(status(socket)).isEqualTo("101");
      var project = other.project();
      assertThat(project.isInUse()).isTrue();
      other.bean(Projects.class).remove(project);
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
      assertThat(project.isInUse()).isFalse();
    }
  }
}

package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// M5: half-sent requests, bodies and answers that do not move, and more connections than there is
/// room for.
class ConnectionGuardTest {
  private static final String ATTACKER = "127.0.0.2";
  private static final String CLIENT = "127.0.0.1";
  private static final String HALF = "GET /health/liveness HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  private static final String WHOLE = HALF + "\r\n";
  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.connections.most", 60,
                "stabbur.connections.per-address", 20,
                "stabbur.connections.head-timeout", "2s",
                "stabbur.connections.idle-timeout", "1s",
                "stabbur.connections.body-timeout", "2s",
                "stabbur.connections.stall-timeout", "1s"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void halfRequestsLockNobodyOutAndEnd() throws Exception {
    var half = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 100; i++) {
        half.add(open(ATTACKER, HALF));
        if (i % 20 == 19) {
          assertServed(CLIENT);
          assertServed(ATTACKER);
        }
      }
      assertThat(server.bean(Connections.class).count()).isLessThanOrEqualTo(40);
      for (var each : half) {
        assertThat(isEnded(each, Duration.ofSeconds(8))).isTrue();
      }
    } finally {
      close(half);
    }
  }

  @Test
  void anUnusedConnectionEnds() throws Exception {
    try (var socket = open(CLIENT, WHOLE)) {
      assertThat(isEnded(socket, Duration.ofSeconds(8))).isTrue();
    }
  }

  @Test
  void whereAllAreBusyNewOnesAreRefusedAndHealthIsAnswered() throws Exception {
    awaitCount(0);
    var busy = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 60; i++) {
        busy.add(open("127.0.0." + (3 + i / 20), body(100)));
      }
      awaitCount(60);

      assertThat(answer(open(CLIENT, HALF.replace("/health/liveness", "/rest/v1/") + "\r\n")))
          .startsWith("HTTP/1.1 503")
          .contains("retry-after: 1")
          .contains("Too many connections");
      assertThat(answer(open(CLIENT, WHOLE))).startsWith("HTTP/1.1 200");
    } finally {
      close(busy);
    }
  }

  @Test
  void aBodyThatStopsIsRefused() throws Exception {
    try (var socket = open(CLIENT, body(10_000) + "[")) {
      assertThat(answer(socket)).startsWith("HTTP/1.1 408").contains("did not come in time");
      assertThat(isEnded(socket, Duration.ofSeconds(2))).isTrue();
    }
  }

  @Test
  void aBodyThatTricklesIsRefused() throws Exception {
    try (var socket = open(CLIENT, body(10_000) + "[")) {
      var start = System.nanoTime();
      while (!isEnded(socket, Duration.ofMillis(100))) {
        write(socket, " ");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
      }
    }
  }

  @Test
  void aSlowBodyThatMovesArrives() throws Exception {
    try (var socket = open(CLIENT, body(3600))) {
      for (int sent = 0; sent < 3600; sent += 300) {
        write(socket, " ".repeat(300));
        Thread.sleep(250);
      }
      assertThat(answer(socket)).startsWith("HTTP/1.1 400").contains("PGRST102");
    }
  }

  @Test
  void anAnswerThatTakesLongIsWaitedFor() {
    var admin = server.project().admin().login();
    io.stabbur.testing.TestPostgres.execute(
        admin,
        """
        create function public.long_thought() returns int language sql
          as 'select 1 from pg_sleep(1.7)';
        notify pgrst, 'reload schema'
        """);
    var key = server.project().keys().serviceRoleKey().reveal();

    Await.until(
        "the function is known and its answer is waited for",
        () -> {
          var answer = Http.post(server.url() + "/rest/v1/rpc/long_thought", "{}", "apikey", key);
          assertThat(answer.statusCode()).isIn(200, 404);
          return answer.statusCode() == 200;
        });
  }

  @Test
  void aWebSocketIsLeftAlone() throws Exception {
    var channel = new EmbeddedChannel();
    var brief = Duration.ofMillis(50);
    var settings = new ConnectionSettings(0, 0, brief, brief, brief, brief);
    var connections = new Connections(settings, new ProxySettings(0));
    channel
        .pipeline()
        .addLast(new ConnectionGuard(channel, "192.0.2.1", settings, connections, new Traffic()));
    channel.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/ws"));
    channel.writeOutbound(
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS));

    for (int i = 0; i < 10; i++) {
      Thread.sleep(30);
      channel.runScheduledPendingTasks();
    }

    assertThat(channel.isActive()).isTrue();
  }

  private static void assertServed(String from) throws IOException {
    long start = System.nanoTime();
    try (var socket = open(from, WHOLE)) {
      assertThat(answer(socket)).startsWith("HTTP/1.1 200");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
  }

  private static String body(int length) {
    return "POST /rest/v1/rpc/x HTTP/1.1\r\nHost: 127.0.0.1\r\napikey: "
        + server.project().keys().anonKey().reveal()
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  private static Socket open(String from, String text) throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
    socket.connect(
        new InetSocketAddress(
            InetAddress.ofLiteral("127.0.0.1"), URI.create(server.url()).getPort()),
        5000);
    write(socket, text);
    return socket;
  }

  private static void write(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException _) {
      // the server has ended the connection; whoever reads from it sees that
    }
  }

  private static String answer(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    var bytes = new byte[4096];
    int count = socket.getInputStream().read(bytes);
    return new String(bytes, 0, Math.max(0, count), StandardCharsets.UTF_8);
  }

  private static boolean isEnded(Socket socket, Duration within) throws IOException {
    socket.setSoTimeout((int) within.toMillis());
    try {
      while (socket.getInputStream().read() >= 0) {
        // an answer comes before the end
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  /// Until there are so many connections, all of which have sent a request.
  private static void awaitCount(int count) throws InterruptedException {
    var connections = server.bean(Connections.class);
    for (int i = 0; connections.count() != count || connections.unproven() > 0; i++) {
      assertThat(i).isLessThan(1000);
      Thread.sleep(5);
    }
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (var each : sockets) {
      each.close();
    }
  }
}

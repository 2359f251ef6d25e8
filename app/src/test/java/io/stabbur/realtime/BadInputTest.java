package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What no client should send: the refusal of the contract, and socket and process stay healthy.
class BadInputTest {
  private static final TestServer SERVER = RealtimeServer.shared();
  private static final String PRIVATE = "{\"private\":true}";
  private static final String MESSAGE = "{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{}}";

  private static String secret() {
    return SERVER.project().keys().jwtSecret().reveal();
  }

  private static String signed(String secret, String claims) {
    return Tokens.signed(secret, "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims);
  }

  private static String claims(long exp) {
    return "{\"role\":\"authenticated\",\"sub\":\"%s\",\"exp\":%d}"
        .formatted(UUID.randomUUID(), exp);
  }

  private static long soon() {
    return Instant.now().plusSeconds(600).getEpochSecond();
  }

  @Test
  void malformedFramesAreDroppedAndTheSocketStaysOpen() {
    try (var client = Phoenix.connect(SERVER)) {
      for (var frame :
          List.of(
              "",
              "nonsense",
              "{}",
              "[]",
              "[1,2,3",
              "[null,null,null,null,null]",
              "[null,\"1\",\"t\",\"e\"]",
              "[null,\"1\",\"realtime:a\",\"phx_join\",{\"a\":}]",
              "[null,\"1\",\"realtime:a\",\"phx_join\",{}] trailing",
              "[[[[[[[[[[[[",
              "\"text\"",
              "[null,\"1\",{},[],{}]",
              "[null,\"1\",\"realtime:a\",\"phx_join\",\"unended]")) {
        client.send(frame);
      }
      for (var frame :
          List.of(
              new byte[0],
              new byte[] {3},
              new byte[] {3, 1, 2},
              new byte[] {3, 0, 0, -1, 0, 0, 1},
              new byte[] {9, 9, 9, 9},
              new byte[] {3, 0, 0, 1, 1, 0, 7, 'a', 'b', '{', '}'},
              new byte[] {3, 0, 0, 1, 1, 0, 1, 'a', 'b', '{'},
              new byte[] {3, 0, 0, 1, 1, 0, 1, (byte) 0xFF, 'b', '{', '}'},
              new byte[] {0, 0, 0, 0, 0})) {
        client.send(frame);
      }
      assertThat(client.join("realtime:fine", "{}").status()).isEqualTo("ok");
    }
  }

  @Test
  void aFrameWhoseRefsAreLongerThanRepliesMayRepeatIsDropped() {
    try (var client = Phoenix.connect(SERVER)) {
      var heartbeat = "[%s,\"%s\",\"phoenix\",\"heartbeat\",{}]";
      client.send(heartbeat.formatted("null", "r".repeat(256)));
      client.send(heartbeat.formatted("null", "é".repeat(128)));
      client.send(heartbeat.formatted("\"" + "j".repeat(256) + "\"", "joined"));
      client.send(heartbeat.formatted("null", "é".repeat(127)));
      assertThat(client.event("phx_reply").ref()).isEqualTo("é".repeat(127));
      client.send(heartbeat.formatted("null", "r".repeat(255)));
      assertThat(client.event("phx_reply").ref()).isEqualTo("r".repeat(255));
    }
  }

  /// Their topics wait for the delayed answers.
  @Test
  void refusedJoinsWithLongTopicsAreBoundedInBytes() {
    try (var server = RealtimeServer.start(Map.of("error-delay", "30s"));
        var client = Phoenix.connect(server)) {
      for (int i = 0; i < 3; i++) {
        client.push(null, "realtime:" + "t".repeat(400_000), "phx_join", "{\"config\":{}}");
      }
      assertThat(client.closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void aSocketHasSoManyBindingsAndNoMore() {
    try (var client = Phoenix.connect(SERVER)) {
      var bindings = new StringBuilder();
      for (int i = 0; i < 1000; i++) {
        bindings.append(i == 0 ? "" : ",");
        bindings.append("{\"event\":\"*\",\"schema\":\"s").append(i).append("\"}");
      }
      var config = "{\"postgres_changes\":[" + bindings + "]}";
      for (int i = 0; i < 5; i++) {
        client.push(null, "realtime:many" + i, "phx_join", "{\"config\":" + config + "}");
      }
      assertThat(client.join("realtime:one-more", config).reason())
          .isEqualTo("TooManyBindings: A socket may have at most 5000 bindings");
    }
  }

  @Test
  void strangeJoinsAreAnsweredAsTheOriginalDoes() {
    try (var client = Phoenix.connect(SERVER)) {
      assertThat(client.join("room", "{}").reason()).isEqualTo("unmatched topic");
      assertThat(client.join("realtime:", "{}").reason()).startsWith("TopicNameRequired: ");
      var longest = "realtime:" + "t".repeat(255 - 9);
      assertThat(client.join(longest, "{}").status()).isEqualTo("ok");
      assertThat(client.join(longest + "t", "{}").status()).isEqualTo("error");
      assertThat(client.join("realtime:" + "ø".repeat(124), "{}").status()).isEqualTo("error");
      for (var config :
          List.of(
              "null",
              "7",
              "[]",
              "\"x\"",
              "{\"broadcast\":5,\"presence\":[],\"postgres_changes\":null}",
              "{\"private\":\"false\",\"broadcast\":{\"ack\":\"true\",\"self\":\"yes\"}}",
              "{\"presence\":{\"key\":{\"a\":1}},\"postgres_changes\":[null]}")) {
        var reply = client.join(RealtimeServer.topic("realtime:s-"), config);
        assertThat(reply.status()).as(config).isEqualTo("ok");
        assertThat(reply.response().get("postgres_changes").size()).isZero();
      }
      var payloadless = client.push(null, "realtime:plain", "phx_join", "null");
      assertThat(client.reply(payloadless).status()).isEqualTo("ok");
    }
  }

  @Test
  void pushesToTopicsWithoutAChannelAreUnmatched() {
    try (var client = Phoenix.connect(SERVER)) {
      var push = client.push(null, "realtime:none", "broadcast", MESSAGE);
      assertThat(client.reply(push).reason()).isEqualTo("unmatched topic");
      var leave = client.push(null, "realtime:none", "phx_leave", "{}");
      assertThat(client.reply(leave).status()).isEqualTo("ok");
    }
  }

  /// R25
  @Test
  void anyJoinRefIsAccepted() {
    try (var client = Phoenix.connect(SERVER)) {
      client.join("realtime:refs", "{\"broadcast\":{\"ack\":true}}");
      for (var joinRef : new String[] {null, "999"}) {
        var ref = client.push(joinRef, "realtime:refs", "broadcast", MESSAGE);
        assertThat(client.reply(ref).status()).isEqualTo("ok");
        var track =
            client.push(
                joinRef, "realtime:refs", "presence", "{\"event\":\"track\",\"payload\":{}}");
        assertThat(client.reply(track).status()).isEqualTo("ok");
      }
    }
  }

  @Test
  void aSecondJoinClosesTheFirst() {
    try (var client = Phoenix.connect(SERVER)) {
      client.join("realtime:twice", "{}");
      var again = client.push(null, "realtime:twice", "phx_join", "{\"config\":{}}");
      var close = client.event("phx_close");
      assertThat(close.joinRef()).isEqualTo("1");
      assertThat(close.ref()).isEqualTo("1");
      assertThat(client.reply(again).status()).isEqualTo("ok");
      var leave = client.push(again, "realtime:twice", "phx_leave", "{}");
      assertThat(client.reply(leave).status()).isEqualTo("ok");
      assertThat(client.event("phx_close").joinRef()).isEqualTo(again);
    }
  }

  /// R30
  @Test
  void namesCountInBytesOfUtf8AndTooLongOnesAreRefusedToTheirSenderAlone() {
    var topic = "realtime:" + RealtimeServer.topic("rööm😀-");
    try (var one = Phoenix.connect(SERVER);
        var two = Phoenix.connect(SERVER)) {
      one.join(topic, "{\"broadcast\":{\"ack\":true}}");
      two.join(topic, "{}");
      one.sendUserBroadcast(topic, "hændelse", 1, "{\"a\":\"ø\"}".getBytes(StandardCharsets.UTF_8));
      var came = two.event("broadcast");
      assertThat(came.topic()).isEqualTo(topic);
      assertThat(came.bytes()[0]).isEqualTo((byte) 4);
      assertThat(came.payload().get("event").getStringValue()).isEqualTo("hændelse");
      assertThat(came.payload().get("payload").get("a").getStringValue()).isEqualTo("ø");
      assertThat(one.event("phx_reply").status()).isEqualTo("ok");
      var tooLong = MESSAGE.replace("\"e\"", "\"" + "e".repeat(256) + "\"");
      var ref = one.push("1", topic, "broadcast", tooLong);
      assertThat(one.reply(ref).status()).isEqualTo("error");
      assertThat(two.untilHeartbeat())
          .extracting(Phoenix.Received::event)
          .doesNotContain("broadcast");
    }
  }

  @Test
  void tooLargePayloadsAreRefusedAndTooLargeFramesEndTheSocket() {
    try (var client = Phoenix.connect(SERVER)) {
      client.join("realtime:large", "{\"broadcast\":{\"ack\":true,\"self\":true}}");
      var large = MESSAGE.replace("{}", "{\"x\":\"" + "x".repeat(3_001_000) + "\"}");
      var ref = client.push("1", "realtime:large", "broadcast", large);
      var reply = client.reply(ref);
      assertThat(reply.status()).isEqualTo("error");
      assertThat(reply.response().getStringValue()).isEqualTo("payload_size_exceeded");
      var most = MESSAGE.replace("{}", "{\"x\":\"" + "x".repeat(2_999_000) + "\"}");
      client.push("1", "realtime:large", "broadcast", most);
      assertThat(client.event("broadcast").text()).hasSizeGreaterThan(2_999_000);
      try {
        client.send("x".repeat(5_000_001));
      } catch (RuntimeException e) {
        // the server may have closed while we were sending
      }
      assertThat(client.closeCode()).isIn(1009, 1006);
    }
    try (var client = Phoenix.connect(SERVER)) {
      assertThat(client.join("realtime:still", "{}").status()).isEqualTo("ok");
    }
  }

  /// R14
  @Test
  void tokensThatDoNotHoldRefuseTheJoinAndLeaveTheSocketOpen() {
    var topic = "realtime:" + RealtimeServer.topic("both-");
    try (var client = Phoenix.connect(SERVER)) {
      assertThat(client.join(topic, PRIVATE, signed(secret(), claims(soon() - 1200))).reason())
          .matches("InvalidJWTToken: Token has expired \\d+ seconds ago");
      assertThat(
              client
                  .join(topic, PRIVATE, signed("another secret of another project", claims(soon())))
                  .reason())
          .startsWith("JwtSignatureError: ");
      assertThat(client.join(topic, PRIVATE, "no.token").reason()).startsWith("MalformedJWT: ");
      assertThat(client.join(topic, PRIVATE, "").reason()).startsWith("MalformedJWT: ");
      assertThat(client.join(topic, "{}", signed(secret(), "{\"sub\":\"x\"}")).reason())
          .isEqualTo("InvalidJWTToken: Fields `role` and `exp` are required in JWT");
      var none = Tokens.part("{\"alg\":\"none\"}") + "." + Tokens.part(claims(soon())) + ".";
      assertThat(client.join(topic, PRIVATE, none).reason()).startsWith("JwtSignerError: ");
      var decimal = claims(soon()).replace("}", ".5}");
      assertThat(client.join(topic, PRIVATE, signed(secret(), decimal)).status()).isEqualTo("ok");
    }
  }

  @Test
  void tokensOfAnOpenChannelThatDoNotHoldCloseIt() {
    for (var bad : List.of("", "no.token", signed("another secret altogether", claims(soon())))) {
      try (var client = Phoenix.connect(SERVER)) {
        client.join("realtime:t", "{}");
        client.push("1", "realtime:t", "access_token", "{\"access_token\":\"" + bad + "\"}");
        assertThat(client.event("system").payload().get("status").getStringValue())
            .isEqualTo("error");
        client.event("phx_close");
      }
    }
    try (var client = Phoenix.connect(SERVER)) {
      client.join("realtime:t", "{\"broadcast\":{\"ack\":true}}");
      for (var ignored : List.of("null", "\"sb_publishable_x\"", "7", "{}")) {
        client.push("1", "realtime:t", "access_token", "{\"access_token\":" + ignored + "}");
      }
      assertThat(client.reply(client.push("1", "realtime:t", "broadcast", MESSAGE)).status())
          .isEqualTo("ok");
    }
  }

  @Test
  void upgradesAreRefusedAsJsonAfterAWhile() {
    var url = SERVER.url() + "/realtime/v1/websocket";
    var key = SERVER.project().keys().anonKey().reveal();
    var expired = signed(secret(), "{\"role\":\"anon\",\"exp\":1}");
    for (var query :
        List.of("", "?apikey=nonsense", "?apikey=" + expired, "?apikey=sb_publishable_wrong")) {
      var reply = upgrade(query);
      assertThat(reply.status()).as(query).isEqualTo(401);
      assertThat(reply.body()).startsWith("{\"error\":\"");
      assertThat(reply.millis()).isGreaterThanOrEqualTo(190);
    }
    assertThat(upgrade("?apikey=" + key + "&vsn=3.0.0").status()).isEqualTo(400);
    assertThat(Http.get(url + "?apikey=" + key).statusCode()).isEqualTo(426);
  }

  private record Upgrade(int status, String body, long millis) {}

  /// A handshake by hand, to see the answer.
  private static Upgrade upgrade(String query) {
    var uri = URI.create(SERVER.url());
    long start = System.nanoTime();
    try (var socket = new java.net.Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              ("GET /realtime/v1/websocket"
                      + query
                      + " HTTP/1.1\r\nHost: localhost\r\n"
                      + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      var bytes = new byte[8192];
      var text = new StringBuilder();
      while (!text.toString().contains("}") && !text.toString().contains(" 101 ")) {
        int read = socket.getInputStream().read(bytes);
        if (read < 0) {
          break;
        }
        text.append(new String(bytes, 0, read, StandardCharsets.UTF_8));
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      int body = text.indexOf("{");
      return new Upgrade(
          Integer.parseInt(text.substring(9, 12)), body < 0 ? "" : text.substring(body), millis);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// R27
  @Test
  void theProjectIsNotTakenFromTheHost() {
    var key = SERVER.project().keys().anonKey().reveal();
    var reply = upgrade("?vsn=2.0.0&apikey=" + key);
    assertThat(reply.status()).isEqualTo(101);
  }

  @Test
  void aClientThatAsksForNoKnownVersionIsRefused() {
    var key = SERVER.project().keys().anonKey().reveal();
    assertThatThrownBy(() -> Phoenix.connect(SERVER, key, "9")).isNotNull();
    try (var client = Phoenix.connect(SERVER, key, "1.0.0")) {
      var reply = client.join("realtime:v1", "{}");
      assertThat(reply.text()).startsWith("{\"topic\":\"realtime:v1\",\"event\":\"phx_reply\"");
      assertThat(reply.text()).doesNotContain("join_ref");
    }
  }

  @Test
  void largeJoinsAndManyBindingsAreRefused() {
    try (var client = Phoenix.connect(SERVER)) {
      var many = new StringBuilder();
      for (int i = 0; i < 1001; i++) {
        many.append(many.isEmpty() ? "" : ",")
            .append("{\"event\":\"*\",\"schema\":\"public\",\"table\":\"t%d\"}".formatted(i));
      }
      assertThat(client.join("realtime:b", "{\"postgres_changes\":[" + many + "]}").reason())
          .startsWith("TooManyBindings: ");
      var large = "{\"x\":\"" + "x".repeat(300_000) + "\"}";
      assertThat(client.join("realtime:b", large).reason()).startsWith("InvalidJoinPayload: ");
    }
  }

  @Test
  void oneSocketMayNotTrackMoreThanABroadcastMayCarry() {
    try (var client = Phoenix.connect(SERVER)) {
      for (var topic : List.of("realtime:m1", "realtime:m2")) {
        client.join(topic, "{\"presence\":{\"key\":\"k\"}}");
        client.push(
            null,
            topic,
            "presence",
            "{\"event\":\"track\",\"payload\":{\"x\":\"" + "x".repeat(2_000_000) + "\"}}");
      }
      var system = client.event("system");
      assertThat(system.topic()).isEqualTo("realtime:m2");
      assertThat(system.payload().get("message").getStringValue())
          .isEqualTo("Track message size exceeded");
    }
  }
}

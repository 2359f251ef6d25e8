package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Broadcasts by REST, as the clients' `send` and `httpSend` make them.
class RestBroadcastTest {
  private static final TestServer SERVER = RealtimeServer.shared();
  private static final String BATCH = "/realtime/v1/api/broadcast";

  private static HttpResponse<String> post(String path, String body, String... headers) {
    var all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "apikey";
    all[1] = SERVER.project().keys().publishableKey().reveal();
    return Http.post(SERVER.url() + path, body, all);
  }

  private static String user() {
    return "Bearer " + Tokens.of(SERVER.project(), "authenticated", UUID.randomUUID().toString());
  }

  @Test
  void severalMessagesArriveAsTextFrames() {
    var topic = RealtimeServer.topic("r-");
    var id = UUID.randomUUID();
    try (var client = Phoenix.connect(SERVER)) {
      client.join("realtime:" + topic, "{}");
      var reply =
          post(
              BATCH,
              """
              {"messages":[{"topic":"%s","event":"a","payload":{"n":1}},
                {"topic":"%s","event":"b","payload":{"n":2},"id":"%s"},
                {"topic":"another","event":"c","payload":{}}]}\
              """
                  .formatted(topic, topic, id));
      assertThat(reply.statusCode()).isEqualTo(202);
      assertThat(reply.body()).isEmpty();
      assertThat(client.event("broadcast").text())
          .isEqualTo(
              "[null,null,\"realtime:%s\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"a\",\"payload\":{\"n\":1}}]"
                  .formatted(topic));
      assertThat(client.event("broadcast").payload().get("meta").get("id").getStringValue())
          .isEqualTo(id.toString());
    }
  }

  @Test
  void oneMessageArrivesAsABinaryFrameAndAsTextInVersion1() {
    var topic = RealtimeServer.topic("r-");
    var anon = SERVER.project().keys().anonKey().reveal();
    try (var two = Phoenix.connect(SERVER);
        var one = Phoenix.connect(SERVER, anon, "1.0.0")) {
      two.join("realtime:" + topic, "{}");
      one.join("realtime:" + topic, "{}");
      var reply =
          post(BATCH + "/" + topic + "/events/e%20e", "[1,2]", "Content-Type", "application/json");
      assertThat(reply.statusCode()).isEqualTo(202);
      var binary = two.event("broadcast");
      assertThat(binary.bytes()[0]).isEqualTo((byte) 4);
      assertThat(binary.bytes()[4]).isEqualTo((byte) 1);
      assertThat(binary.payload().get("event").getStringValue()).isEqualTo("e e");
      assertThat(one.event("broadcast").text())
          .isEqualTo(
              "{\"topic\":\"realtime:%s\",\"event\":\"broadcast\",\"payload\":{\"type\":\"broadcast\",\"event\":\"e e\",\"payload\":[1,2]},\"ref\":null}"
                  .formatted(topic));
    }
  }

  @Test
  void bytesReachVersion2Alone() throws InterruptedException {
    var topic = RealtimeServer.topic("r-");
    var anon = SERVER.project().keys().anonKey().reveal();
    try (var two = Phoenix.connect(SERVER);
        var one = Phoenix.connect(SERVER, anon, "1.0.0")) {
      two.join("realtime:" + topic, "{}");
      one.join("realtime:" + topic, "{}");
      post(BATCH + "/" + topic + "/events/e", "raw", "Content-Type", "application/octet-stream");
      assertThat(two.event("broadcast").bytes()[4]).isEqualTo((byte) 0);
      assertThat(one.within(Duration.ofMillis(100)))
          .extracting(Phoenix.Received::event)
          .doesNotContain("broadcast");
    }
  }

  @Test
  void privateMessagesNeedTheRightToWrite() {
    var topic = RealtimeServer.topic("both-");
    var path = BATCH + "/" + topic + "/events/e?private=true";
    var token = Tokens.of(SERVER.project(), "authenticated", UUID.randomUUID().toString());
    try (var client = Phoenix.connect(SERVER)) {
      client.join("realtime:" + topic, "{\"private\":true}", token);
      var denied = post(path, "{}");
      assertThat(denied.statusCode()).isEqualTo(403);
      assertThat(denied.body()).contains("\"message\":");
      var skipped =
          post(
              BATCH,
              "{\"messages\":[{\"topic\":\"%s\",\"event\":\"no\",\"payload\":{},\"private\":true}]}"
                  .formatted(topic));
      assertThat(skipped.statusCode()).isEqualTo(202);
      assertThat(post(path, "{\"yes\":1}", "Authorization", user()).statusCode()).isEqualTo(202);
      assertThat(client.event("broadcast").payload().get("event").getStringValue()).isEqualTo("e");
    }
  }

  @Test
  void wrongBodiesAreRefusedInTheOriginalsWay() {
    assertThat(post(BATCH, "{").statusCode()).isEqualTo(400);
    assertThat(post(BATCH, "{}").statusCode()).isEqualTo(422);
    assertThat(
            post(BATCH, "{\"messages\":[{\"topic\":\"t\",\"event\":\"e\",\"payload\":1}]}")
                .statusCode())
        .isEqualTo(422);
    assertThat(post(BATCH + "/t/events/" + "e".repeat(256), "{}").statusCode()).isEqualTo(422);
    assertThat(post(BATCH + "/" + "t".repeat(247) + "/events/e", "{}").statusCode()).isEqualTo(422);
    assertThat(post(BATCH + "/t/events/e", "{").statusCode()).isEqualTo(400);
    var media = post(BATCH + "/t/events/e", "x", "Content-Type", "text/plain");
    assertThat(media.statusCode()).isEqualTo(415);
    assertThat(media.body()).contains("\"error\":");
    assertThat(post(BATCH, "{\"messages\":[]}", "Authorization", "Bearer a.b.c").statusCode())
        .isEqualTo(401);
    assertThat(Http.post(SERVER.url() + BATCH, "{\"messages\":[]}").statusCode()).isEqualTo(401);
    var large =
        "{\"messages\":[{\"topic\":\"t\",\"event\":\"e\",\"payload\":{\"x\":\"%s\"}}]}"
            .formatted("x".repeat(3_001_000));
    assertThat(post(BATCH, large).statusCode()).isEqualTo(422);
  }

  @Test
  void thePingAnswers() {
    var key = SERVER.project().keys().publishableKey().reveal();
    assertThat(Http.get(SERVER.url() + "/realtime/v1/api/ping", "apikey", key).body())
        .isEqualTo("{\"message\":\"Success\"}");
  }
}

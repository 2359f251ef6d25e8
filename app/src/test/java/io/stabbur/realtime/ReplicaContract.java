package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Two processes on one Postgres are one realtime, whatever carries the messages between them.
abstract class ReplicaContract {
  abstract TestServer first();

  abstract TestServer second();

  /// A topic that nobody else uses, joined on both replicas. They hear each other once this
  /// returns.
  private record Both(Phoenix here, Phoenix there, String topic) implements AutoCloseable {
    void meet() {
      Await.until(
          "the replicas hear each other",
          () -> {
            say(here, topic, "meet", "0");
            say(there, topic, "meet", "0");
            return hears(here, "meet") && hears(there, "meet");
          });
    }

    @Override
    public void close() {
      here.close();
      there.close();
    }
  }

  private static boolean hears(Phoenix client, String event) {
    return client.untilHeartbeat().stream()
        .anyMatch(each -> each.event().equals("broadcast") && event.equals(name(each)));
  }

  private static String name(Phoenix.Received frame) {
    return frame.payload().get("event").getStringValue();
  }

  private Both joined(String config) {
    var topic = "realtime:" + UUID.randomUUID();
    var both = new Both(Phoenix.connect(first()), Phoenix.connect(second()), topic);
    assertThat(both.here.join(topic, config).status()).isEqualTo("ok");
    assertThat(both.there.join(topic, config).status()).isEqualTo("ok");
    return both;
  }

  private static void say(Phoenix client, String topic, String event, String payload) {
    client.push(
        "1",
        topic,
        "broadcast",
        "{\"type\":\"broadcast\",\"event\":\"%s\",\"payload\":{\"n\":%s}}"
            .formatted(event, payload));
  }

  @Test
  void tenThousandBroadcastsOfEachSenderArriveOnTheOtherReplicaInOrder() {
    int count = 10_000;
    try (var both = joined("{}")) {
      both.meet();
      for (int i = 0; i < count; i++) {
        say(both.here, both.topic, "n", String.valueOf(i));
        say(both.there, both.topic, "n", String.valueOf(i));
      }
      var expected = IntStream.range(0, count).boxed().toList();
      assertThat(numbers(both.there, count)).isEqualTo(expected);
      assertThat(numbers(both.here, count)).isEqualTo(expected);
    }
  }

  private static List<Integer> numbers(Phoenix client, int count) {
    var all = new ArrayList<Integer>();
    while (all.size() < count) {
      var frame = client.next(each -> each.event().equals("broadcast") && name(each).equals("n"));
      all.add(frame.payload().get("payload").get("n").getIntValue());
    }
    return all;
  }

  @Test
  void aBroadcastByRestReachesMembersOfTheOtherReplica() {
    try (var both = joined("{}")) {
      both.meet();
      var key = first().project().keys().secretKey().reveal();
      var answer =
          Http.post(
              first().url() + "/realtime/v1/api/broadcast",
              "{\"messages\":[{\"topic\":\"%s\",\"event\":\"rest\",\"payload\":{\"n\":7}}]}"
                  .formatted(both.topic.substring("realtime:".length())),
              "apikey",
              key,
              "Content-Type",
              "application/json");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      for (var client : List.of(both.here, both.there)) {
        var frame =
            client.next(each -> each.event().equals("broadcast") && name(each).equals("rest"));
        assertThat(frame.payload().get("payload").get("n").getIntValue()).isEqualTo(7);
      }
    }
  }

  @Test
  void largeBroadcastsAndBytesReachTheOtherReplicaWhole() {
    var large = "x".repeat(1_000_000);
    try (var both = joined("{}")) {
      both.meet();
      both.here.push(
          "1",
          both.topic,
          "broadcast",
          "{\"type\":\"broadcast\",\"event\":\"large\",\"payload\":{\"text\":\"" + large + "\"}}");
      both.here.sendUserBroadcast(both.topic, "bytes", 0, new byte[] {'a', 'b'});

      var frame =
          both.there.next(each -> each.event().equals("broadcast") && name(each).equals("large"));
      assertThat(frame.payload().get("payload").get("text").getStringValue()).isEqualTo(large);
      var bytes = both.there.next(Phoenix.Received::isBinary);
      assertThat(bytes.payload().get("event").getStringValue()).isEqualTo("bytes");
      assertThat(bytes.payload().get("payload").getStringValue()).isEqualTo("ab");
    }
  }

  @Test
  void presenceIsOneOnBothReplicasAndEndsWithItsSocket() {
    var topic = "realtime:" + UUID.randomUUID();
    try (var here = Phoenix.connect(first());
        var there = Phoenix.connect(second())) {
      here.join(topic, presence("Ada"));
      there.join(topic, presence("Bo"));
      track(here, topic);
      there.next(each -> each.event().equals("presence_diff") && joins(each, "Ada"));
      track(there, topic);
      here.next(each -> each.event().equals("presence_diff") && joins(each, "Bo"));
      try (var third = Phoenix.connect(second())) {
        third.join(topic, presence("Cy"));
        var state = third.event("presence_state").payload();
        assertThat(state.get("Ada")).isNotNull();
        assertThat(state.get("Bo")).isNotNull();
        track(third, topic);
        here.next(each -> each.event().equals("presence_diff") && joins(each, "Cy"));
      }
      here.next(each -> each.event().equals("presence_diff") && leaves(each, "Cy"));
    }
  }

  private static String presence(String key) {
    return "{\"presence\":{\"enabled\":true,\"key\":\"" + key + "\"}}";
  }

  private static void track(Phoenix client, String topic) {
    var ref =
        client.push(
            "1",
            topic,
            "presence",
            "{\"type\":\"presence\",\"event\":\"track\",\"payload\":{\"at\":1}}");
    assertThat(client.reply(ref).status()).isEqualTo("ok");
  }

  private static boolean joins(Phoenix.Received diff, String key) {
    return diff.payload().get("joins").get(key) != null;
  }

  private static boolean leaves(Phoenix.Received diff, String key) {
    return diff.payload().get("leaves").get(key) != null;
  }

  @Test
  void aReplicaThatStopsTakesItsPresencesAlong() {
    var topic = "realtime:" + UUID.randomUUID();
    try (var here = Phoenix.connect(first())) {
      here.join(topic, presence("Ada"));
      try (var third = further();
          var there = Phoenix.connect(third)) {
        there.join(topic, presence("Bo"));
        track(there, topic);
        here.next(each -> each.event().equals("presence_diff") && joins(each, "Bo"));
      }
      here.next(each -> each.event().equals("presence_diff") && leaves(each, "Bo"));
    }
  }

  /// One more replica, to be ended.
  abstract TestServer further();
}

package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Presence as the wire shows it.
class PresenceTest {
  private static final TestServer SERVER = RealtimeServer.shared();

  private static String topic() {
    return "realtime:" + RealtimeServer.topic("p-");
  }

  private static String track(String payload) {
    return "{\"type\":\"presence\",\"event\":\"track\",\"payload\":" + payload + "}";
  }

  private static String config(String key) {
    return "{\"presence\":{\"key\":\"" + key + "\"}}";
  }

  /// R18
  @Test
  void aClientThatSaysNothingOfPresenceGetsTheState() {
    try (var client = Phoenix.connect(SERVER)) {
      client.join(topic(), "{}");
      var state = client.event("presence_state");
      assertThat(state.joinRef()).isEqualTo("1");
      assertThat(state.ref()).isNull();
      assertThat(state.text()).endsWith("\"presence_state\",{}]");
    }
  }

  @Test
  void whoeverDeclinesPresenceGetsNoneUntilItTracks() {
    var topic = topic();
    try (var client = Phoenix.connect(SERVER);
        var other = Phoenix.connect(SERVER)) {
      client.join(topic, "{\"presence\":{\"enabled\":false,\"key\":\"me\"}}");
      other.join(topic, config("other"));
      other.reply(other.push("1", topic, "presence", track("{}")));
      other.event("presence_diff");
      assertThat(client.untilHeartbeat()).isEmpty();
      client.push("1", topic, "presence", track("{\"a\":1}"));
      assertThat(client.event("presence_diff").payload().get("joins").get("me")).isNotNull();
    }
  }

  /// R19
  @Test
  void trackingSomethingElseIsOneDiffOfBoth() throws InterruptedException {
    var topic = topic();
    try (var client = Phoenix.connect(SERVER);
        var other = Phoenix.connect(SERVER)) {
      client.join(topic, config("me"));
      client.reply(client.push("1", topic, "presence", track("{\"s\":\"A\"}")));
      var first =
          client.event("presence_diff").payload().get("joins").get("me").get("metas").get(0);
      Thread.sleep(100);
      other.join(topic, config("other"));
      other.event("presence_state");
      client.reply(client.push("1", topic, "presence", track("{\"s\":\"B\"}")));
      client.reply(client.push("1", topic, "presence", track("{\"s\":\"B\"}")));
      var diffs =
          other.within(Duration.ofMillis(200)).stream()
              .filter(each -> each.event().equals("presence_diff"))
              .toList();
      assertThat(diffs).hasSize(1);
      var diff = diffs.getFirst();
      assertThat(diff.joinRef()).isNull();
      var joined = diff.payload().get("joins").get("me").get("metas").get(0);
      var left = diff.payload().get("leaves").get("me").get("metas").get(0);
      assertThat(left.get("phx_ref")).isEqualTo(first.get("phx_ref"));
      assertThat(joined.get("phx_ref_prev")).isEqualTo(first.get("phx_ref"));
      assertThat(joined.get("phx_ref")).isNotEqualTo(first.get("phx_ref"));
      assertThat(joined.get("s").getStringValue()).isEqualTo("B");
    }
  }

  /// R21
  @Test
  void whoeverIsGoneLeavesAtOnce() {
    var topic = topic();
    try (var other = Phoenix.connect(SERVER)) {
      other.join(topic, config("other"));
      var client = Phoenix.connect(SERVER);
      client.join(topic, config("me"));
      client.reply(client.push("1", topic, "presence", track("{}")));
      other.event("presence_diff");
      client.abort();
      assertThat(other.event("presence_diff").payload().get("leaves").get("me")).isNotNull();
    }
  }

  @Test
  void severalSocketsOfOneKeyAreSeveralMetas() throws InterruptedException {
    var topic = topic();
    try (var one = Phoenix.connect(SERVER);
        var two = Phoenix.connect(SERVER);
        var late = Phoenix.connect(SERVER)) {
      one.join(topic, config("me"));
      two.join(topic, config("me"));
      one.reply(one.push("1", topic, "presence", track("{\"d\":1}")));
      two.reply(two.push("1", topic, "presence", track("{\"d\":2}")));
      late.join(topic, config("late"));
      assertThat(late.event("presence_state").payload().get("me").get("metas").size()).isEqualTo(2);
    }
  }

  @Test
  void onlyAMapCanBeTracked() {
    var topic = topic();
    try (var client = Phoenix.connect(SERVER)) {
      client.join(topic, "{}");
      var reply = client.reply(client.push("1", topic, "presence", track("[1]")));
      assertThat(reply.reason()).isEqualTo("Presence track payload must be a map");
      var untrack = client.push("1", topic, "presence", "{\"event\":\"UNTRACK\"}");
      assertThat(client.reply(untrack).status()).isEqualTo("ok");
      var nonsense = client.push("1", topic, "presence", "{\"event\":\"dance\"}");
      assertThat(client.reply(nonsense).status()).isEqualTo("error");
    }
  }

  @Test
  void tooManyCallsOfOneClientCloseItsChannel() {
    var topic = topic();
    try (var client = Phoenix.connect(SERVER)) {
      client.join(topic, "{}");
      for (int i = 0; i < 6; i++) {
        client.push("1", topic, "presence", track("{\"i\":" + i + "}"));
      }
      assertThat(client.event("system").payload().get("message").getStringValue())
          .isEqualTo("Client presence rate limit exceeded");
      client.event("phx_close");
      assertThat(client.join(topic, "{}").status()).isEqualTo("ok");
    }
  }
}

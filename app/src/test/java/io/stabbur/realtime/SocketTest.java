package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.Test;

/// Sockets as the wire shows them: frames of both versions, heartbeats, joins and leaves.
class SocketTest {
  private static final TestServer SERVER = TestServer.shared();

  @Test
  void heartbeatsAreAnsweredOnTheirTopic() {
    try (var client = Phoenix.connect(SERVER)) {
      var ref = client.push(null, "phoenix", "heartbeat", "{}");
      var reply = client.reply(ref);
      assertThat(reply.text())
          .isEqualTo(
              "[null,\"%s\",\"phoenix\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]"
                  .formatted(ref));
    }
  }

  @Test
  void aJoinIsAnsweredWithItsBindings() {
    try (var client = Phoenix.connect(SERVER)) {
      var reply = client.join("realtime:room", "{}");
      assertThat(reply.text())
          .isEqualTo(
              "[\"1\",\"1\",\"realtime:room\",\"phx_reply\",{\"status\":\"ok\",\"response\":{\"postgres_changes\":[]}}]");
    }
  }

  @Test
  void aBroadcastReachesTheOthersAndItsSenderOnlyIfAsked() {
    try (var first = Phoenix.connect(SERVER);
        var second = Phoenix.connect(SERVER)) {
      first.join("realtime:chat", "{\"broadcast\":{\"ack\":true}}");
      second.join("realtime:chat", "{\"broadcast\":{\"self\":true}}");
      var payload = "{\"type\":\"broadcast\",\"event\":\"hi\",\"payload\":{\"n\":1}}";
      var ref = first.push("1", "realtime:chat", "broadcast", payload);
      assertThat(first.reply(ref).status()).isEqualTo("ok");
      assertThat(second.event("broadcast").text())
          .isEqualTo("[null,null,\"realtime:chat\",\"broadcast\"," + payload + "]");
      second.push("1", "realtime:chat", "broadcast", payload);
      assertThat(second.event("broadcast").payload().get("event").getStringValue()).isEqualTo("hi");
      assertThat(first.event("broadcast").payload().get("event").getStringValue()).isEqualTo("hi");
    }
  }

  @Test
  void aSocketWithTooManyRefusedJoinsIsEnded() {
    try (var client = Phoenix.connect(SERVER)) {
      try {
        for (int i = 0; i < 5000 && client.isOpen(); i++) {
          client.push(null, "realtime:", "phx_join", "{}");
        }
      } catch (RuntimeException e) {
        // the server ended the socket while we were sending
      }
      assertThat(client.closeCode()).isIn(1008, 1006);
    }
  }
}

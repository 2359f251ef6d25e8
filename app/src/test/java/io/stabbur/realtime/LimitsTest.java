package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Limits that are off or far away by default, on a server where they are near.
class LimitsTest {
  private static TestServer server = TestServer.shared();

  @BeforeAll
  static void start() {
    server =
        RealtimeServer.start(
            Map.of(
                "max-connections",
                3,
                "max-channels",
                2,
                "max-messages",
                1,
                "idle-timeout",
                "2s",
                "empty-timeout",
                "1s",
                "private-only",
                false));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void moreSocketsThanMayAreRefusedAndEndedOnesMakeRoom() {
    var open = new ArrayList<Phoenix>();
    for (int i = 0; i < 3; i++) {
      open.add(Phoenix.connect(server));
    }
    assertThatThrownBy(() -> Phoenix.connect(server)).isNotNull();
    open.forEach(Phoenix::close);
    Await.until(
        "there is room again",
        () -> {
          try {
            Phoenix.connect(server).close();
            return true;
          } catch (RuntimeException e) {
            return false;
          }
        });
  }

  @Test
  void moreChannelsThanMayAreRefusedAndIdleSocketsEnd() {
    try (var client = Phoenix.connect(server)) {
      client.join("realtime:a", "{}");
      client.join("realtime:b", "{}");
      assertThat(client.join("realtime:c", "{}").reason())
          .isEqualTo("ChannelRateLimitReached: Too many channels");
      assertThat(client.closeCode()).isEqualTo(1000);
    }
  }

  @Test
  void aSocketThatSendsHeartbeatsButHasNoChannelEnds() throws InterruptedException {
    try (var client = Phoenix.connect(server)) {
      for (int i = 0; i < 8 && client.isOpen(); i++) {
        client.push(null, "phoenix", "heartbeat", "{}");
        Thread.sleep(500);
      }
      assertThat(client.closeCode()).isEqualTo(1000);
    }
  }

  @Test
  void moreMessagesThanMayCloseTheChannel() {
    try (var client = Phoenix.connect(server)) {
      client.join("realtime:many", "{\"broadcast\":{\"self\":true}}");
      for (int i = 0; i < 100; i++) {
        client.push(
            "1",
            "realtime:many",
            "broadcast",
            "{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{}}");
      }
      var system = client.event("system");
      assertThat(system.payload().get("message").getStringValue())
          .isEqualTo("Too many messages per second");
      client.event("phx_close");
    }
  }
}

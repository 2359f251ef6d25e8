package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A replica that is killed: SIGKILL, no last word.
@Tag("nightly")
class KilledReplicaTest {
  /// The lease of a replica, the time between two looks at it, and what a busy machine adds.
  private static final Duration SECONDS = Duration.ofSeconds(12);

  @Test
  void presencesOfAKilledReplicaEndWithinSecondsAndBroadcastsGoOn(@TempDir Path folder)
      throws IOException, InterruptedException {
    var first = TestServer.shared();
    int port = TestServer.freePort();
    var topic = "realtime:" + UUID.randomUUID();
    try (var replica = launch(first, port, folder);
        var here = Phoenix.connect(first);
        var there = Phoenix.connect(address(first, port), "2.0.0")) {
      here.join(topic, "{\"presence\":{\"enabled\":true,\"key\":\"Ada\"}}");
      there.join(topic, "{\"presence\":{\"enabled\":true,\"key\":\"Bo\"}}");
      there.push(
          "1", topic, "presence", "{\"type\":\"presence\",\"event\":\"track\",\"payload\":{}}");
      here.next(each -> each.event().equals("presence_diff") && holds(each, "joins"));

      long killed = System.nanoTime();
      replica.kill();

      Phoenix.Received left = null;
      while (left == null && System.nanoTime() - killed < SECONDS.toNanos()) {
        left =
            here.within(Duration.ofMillis(200)).stream()
                .filter(each -> each.event().equals("presence_diff") && holds(each, "leaves"))
                .findFirst()
                .orElse(null);
      }
      assertThat(left).as("Bo leaves").isNotNull();
      try (var third = Phoenix.connect(first)) {
        third.join(topic, "{}");
        here.push(
            "1", topic, "broadcast", "{\"type\":\"broadcast\",\"event\":\"x\",\"payload\":{}}");
        assertThat(third.event("broadcast").payload().get("event").getStringValue()).isEqualTo("x");
      }
    }
  }

  private static boolean holds(Phoenix.Received diff, String part) {
    return diff.payload().get(part).get("Bo") != null;
  }

  private static URI address(TestServer first, int port) {
    return URI.create(
        "ws://127.0.0.1:%d/realtime/v1/websocket?vsn=2.0.0&apikey=%s"
            .formatted(port, first.project().keys().anonKey().reveal()));
  }

  private static Launched launch(TestServer first, int port, Path folder)
      throws IOException, InterruptedException {
    var configuration = folder.resolve("replica.yml");
    Files.writeString(
        configuration,
        Replica.settings(first).entrySet().stream()
            .map(each -> "%s: '%s'%n".formatted(each.getKey(), each.getValue()))
            .collect(Collectors.joining()));
    return Launched.start(
            TestServer.repository(),
            "up",
            "--port",
            String.valueOf(port),
            "--data",
            TestServer.newFolder().toString(),
            "--config",
            configuration.toString())
        .awaitReady();
  }
}

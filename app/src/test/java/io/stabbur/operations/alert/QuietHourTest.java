package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// An appliance at rest, for an hour by an accelerated clock: no alert, and a heartbeat.
class QuietHourTest {
  @Test
  @Tag("nightly")
  void anIdleHourFiresNothingAndTheHeartbeatGoesOn() throws Exception {
    try (var outside = new AlertReceiver(0)) {
      try (var server =
          TestServer.start(
              Map.of(
                  "stabbur.operations.metrics.every", "1s",
                  "stabbur.operations.alerts.heartbeat", outside.url() + "/beat",
                  "stabbur.operations.alerts.heartbeat-every", "1s",
                  "stabbur.operations.alerts.every", "15s"))) {
        var engine = server.bean(AlertEngine.class);
        Await.until("sampled", () -> scrape(server).contains("pg_wal_segments{"));
        var now = Instant.now();
        for (int step = 0; step < 240; step++) {
          engine.judge(now.plus(Duration.ofSeconds(15L * step)));
        }

        assertThat(engine.view().alerts()).extracting(Alert::summary).isEmpty();
        var kept = server.bean(AlertHome.class).ifKept();
        assertThat(kept.map(store -> store.history(null)).orElse(List.of())).isEmpty();
        engine.judge(Instant.now());
        Await.until("the heartbeat", () -> outside.calls().size() > 1);
        assertThat(outside.calls().getFirst().path()).isEqualTo("/beat");
      }
      int beats = outside.calls().size();
      Thread.sleep(2500);
      assertThat(outside.calls()).as("who is gone is silent").hasSize(beats);
    }
  }

  private static String scrape(TestServer server) {
    var key = server.project().keys().secretKey().reveal();
    return Http.get(server.url() + "/metrics", "apikey", key).body();
  }
}

package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Storms of joins: the server answers others meanwhile, and the pool keeps connections for them.
class JoinStormTest {
  private static final TestServer SERVER = RealtimeServer.shared();

  @Test
  void tenThousandJoinsInAMomentDelayNobodyForLong() {
    try (var storm = Phoenix.connect(SERVER);
        var other = Phoenix.connect(SERVER)) {
      for (int i = 0; i < 10_000; i++) {
        storm.push(null, "realtime:s" + i % 90, "phx_join", "{\"config\":{}}");
      }
      long start = System.nanoTime();
      other.untilHeartbeat();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
      assertThat(storm.reply("10000").status()).isEqualTo("ok");
    }
  }

  /// R16
  @Test
  void manyPrivateJoinsTakeTheirShareOfThePoolAndNoMore() {
    var most = new AtomicInteger();
    var running = new AtomicBoolean(true);
    var pool = SERVER.project().api();
    var watch =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (running.get()) {
                    most.accumulateAndGet(pool.pool().open() - pool.pool().idle(), Math::max);
                    LockSupport.parkNanos(100_000);
                  }
                });
    try (var storm = Phoenix.connect(SERVER);
        var second = Phoenix.connect(SERVER)) {
      var project = SERVER.project();
      for (int i = 0; i < 90; i++) {
        for (var each : List.of(storm, second)) {
          var token = Tokens.of(project, "authenticated", UUID.randomUUID().toString());
          each.push(
              null,
              "realtime:both-storm" + i,
              "phx_join",
              "{\"config\":{\"private\":true},\"access_token\":\"" + token + "\"}");
        }
      }
      for (int i = 1; i <= 90; i++) {
        assertThat(storm.event("phx_reply").status()).isEqualTo("ok");
        assertThat(second.event("phx_reply").status()).isEqualTo("ok");
      }
      // three questions at once, and what other work of the server may have used
      assertThat(most.get()).isLessThanOrEqualTo(4);
    } finally {
      running.set(false);
      LockSupport.unpark(watch);
    }
  }
}

package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Database;
import io.stabbur.realtime.load.SocketLoad;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Storms of joins: the server answers others meanwhile, and the pool keeps connections for them.
class JoinStormTest {
  private static final TestServer SERVER = RealtimeServer.shared();
  private static final int SOCKETS = 5_000;
  private static final Duration LIMIT = Duration.ofMinutes(4);

  /// Three questions at once, and what other work of the server may have used.
  private static final int SHARE = 4;

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
    try (var busy = new Busy(SERVER.project().api());
        var storm = Phoenix.connect(SERVER);
        var second = Phoenix.connect(SERVER)) {
      for (int i = 0; i < 90; i++) {
        for (var each : List.of(storm, second)) {
          each.push(null, "realtime:both-storm" + i, "phx_join", join(SERVER));
        }
      }
      for (int i = 1; i <= 90; i++) {
        assertThat(storm.event("phx_reply").status()).isEqualTo("ok");
        assertThat(second.event("phx_reply").status()).isEqualTo("ok");
      }
      assertThat(busy.most.get()).isLessThanOrEqualTo(SHARE);
    }
  }

  /// R16: everybody is back after an interruption, each with a token and topics of its own.
  @Test
  @Tag("nightly")
  void fiveThousandSocketsWithTwoPrivateTopicsEachTakeTheirShareOfThePool() {
    var settings =
        Map.<String, Object>of(
            "stabbur.connections.most", 50_000, "stabbur.connections.per-address", 50_000);
    try (var server = RealtimeServer.startWith(settings);
        var busy = new Busy(server.project().api());
        var other = Phoenix.connect(server);
        var load =
            new SocketLoad(
                "127.0.0.1",
                URI.create(server.url()).getPort(),
                server.project().keys().anonKey().reveal())) {
      long longest = 0;
      long start = System.nanoTime();
      var opener =
          Thread.ofPlatform()
              .start(
                  () ->
                      load.openWith(
                          SOCKETS, 1_000, number -> joins(server, number), Duration.ofMinutes(3)));
      while (load.accepted() < 2 * SOCKETS && System.nanoTime() - start < LIMIT.toNanos()) {
        long asked = System.nanoTime();
        other.untilHeartbeat();
        longest = Math.max(longest, System.nanoTime() - asked);
        LockSupport.parkNanos(20_000_000);
      }
      System.out.printf(
          "%d sockets joined two private topics each in %.1f s; most connections in use %d of %d;"
              + " longest heartbeat %.0f ms%n",
          SOCKETS,
          (System.nanoTime() - start) / 1e9,
          busy.most.get(),
          server.project().api().login().connections(),
          longest / 1e6);
      assertThat(load.accepted()).isEqualTo(2 * SOCKETS);
      assertThat(busy.most.get()).isLessThanOrEqualTo(SHARE);
      assertThat(opener.isAlive()).isFalse();
    }
  }

  private static List<String> joins(TestServer server, int number) {
    return List.of(
        "[\"1\",\"1\",\"realtime:both-a%d\",\"phx_join\",%s]".formatted(number, join(server)),
        "[\"2\",\"2\",\"realtime:both-b%d\",\"phx_join\",%s]".formatted(number, join(server)));
  }

  private static String join(TestServer server) {
    return "{\"config\":{\"private\":true,\"presence\":{\"enabled\":false}},\"access_token\":\"%s\"}"
        .formatted(Tokens.of(server.project(), "authenticated", UUID.randomUUID().toString()));
  }

  /// Looks how many connections of a pool are in use.
  private static final class Busy implements AutoCloseable {
    private final AtomicInteger most = new AtomicInteger();
    private final Thread thread;
    private volatile boolean isClosed;

    Busy(Database pool) {
      thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!isClosed) {
                      most.accumulateAndGet(pool.pool().open() - pool.pool().idle(), Math::max);
                      LockSupport.parkNanos(100_000);
                    }
                  });
    }

    @Override
    public void close() {
      isClosed = true;
      LockSupport.unpark(thread);
    }
  }
}

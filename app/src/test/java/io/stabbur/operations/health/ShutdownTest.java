package io.stabbur.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.http.Shutdown;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A process that is told to end: it says so, answers what is under way, and ends in time.
class ShutdownTest {
  private static final String SLOW = "/rest/v1/rpc/slow_answer";

  private static TestServer serving(String delay, String limit) {
    var server =
        TestServer.start(Map.of("stabbur.shutdown.delay", delay, "stabbur.shutdown.limit", limit));
    TestPostgres.execute(
        server.project().admin().login(),
        """
        create function public.slow_answer(seconds float8) returns text language sql stable
          as $$ select pg_sleep(seconds)::text || 'done' $$;""");
    Await.until("the function is served", () -> slow(server, 0).statusCode() == 200);
    return server;
  }

  private static HttpResponse<String> slow(TestServer server, double seconds) {
    return Http.post(
        server.url() + SLOW,
        "{\"seconds\": %s}".formatted(seconds),
        "apikey",
        server.project().keys().serviceRoleKey().reveal(),
        "Content-Type",
        "application/json");
  }

  private static CompletableFuture<Boolean> end(TestServer server) {
    return CompletableFuture.supplyAsync(
        () -> {
          server.bean(Shutdown.class).run();
          return true;
        });
  }

  @Test
  void requestsUnderWayAreAnsweredAndNewOnesToldToGoElsewhere() {
    try (var server = serving("700ms", "10s")) {
      var underWay = CompletableFuture.supplyAsync(() -> slow(server, 2));
      Await.until("it is asked", () -> server.project().api().pool().open() > 0);
      var ended = end(server);
      Await.until("it is going", () -> server.bean(Shutdown.class).hasBegun());

      var ready = Http.get(server.url() + "/health/readiness");
      var live = Http.get(server.url() + "/health/liveness");
      var late = slow(server, 0);

      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).contains("shutting down");
      assertThat(live.statusCode()).isEqualTo(200);
      assertThat(late.statusCode()).isEqualTo(200);
      assertThat(late.headers().firstValue("Connection").orElse("")).isEqualTo("close");
      assertThat(underWay.join().statusCode()).isEqualTo(200);
      assertThat(ended.join()).isTrue();
    }
  }

  @Test
  void whatTakesTooLongIsNotWaitedFor() {
    try (var server = serving("0s", "1s")) {
      var underWay = CompletableFuture.supplyAsync(() -> slow(server, 6));
      Await.until("it is asked", () -> server.project().api().pool().open() > 0);
      long began = System.nanoTime();

      assertThat(end(server).join()).isTrue();

      assertThat((System.nanoTime() - began) / 1e9).isLessThan(4);
      assertThat(underWay).isNotDone();
    }
  }
}

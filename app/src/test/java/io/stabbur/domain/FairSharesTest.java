package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// H3: one member with 30 connections whose statements take long. Members of another organisation
/// and the readiness check must not notice.
@Tag("nightly")
class FairSharesTest {
  private static final int HOSTILE_CONNECTIONS = 30;
  private static final int QUEUE = 10;
  private static final Duration SOON = Duration.ofSeconds(2);

  private static TestServer server;
  private static Client hostile;
  private static Client ordinary;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of("stabbur.projects.default.connection-queue", QUEUE));
    var world = new World(server);
    world.member(world.organization("first-admin"), "hostile", "peer_mentor");
    world.member(world.organization("second-admin"), "ordinary", "peer_mentor");
    hostile = world.as("hostile");
    ordinary = world.as("ordinary");
    new Owner(server)
        .run(
            """
            create function public.dawdle() returns text language sql
            as 'select pg_sleep(3)::text'
            """);
    new Owner(server).run("notify pgrst, 'reload schema'");
    while (hostile.post("/rest/v1/rpc/dawdle", "{}").statusCode() != 200) {
      Thread.onSpinWait();
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void oneMemberCannotStopEverybody() throws Exception {
    try (var load = new Load(() -> hostile.post("/rest/v1/rpc/dawdle", "{}"))) {
      load.awaitFullQueue();
      for (int i = 0; i < 5; i++) {
        assertSoon(() -> ordinary.get("/rest/v1/activities?limit=1"));
        assertSoon(() -> ordinary.get("/storage/v1/bucket"));
        assertSoon(() -> ordinary.get("/auth/v1/user"));
        assertSoon(() -> Http.get(server.url() + "/health/readiness"));
      }
      assertThat(load.refused)
          .isNotEmpty()
          .allSatisfy(
              refused -> {
                assertThat(refused.statusCode()).isEqualTo(429);
                assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(refused.body())
                    .isEqualTo(
                        "{\"code\":\"PGRST003\",\"details\":null,\"hint\":null,"
                            + "\"message\":\"Too many requests of this caller wait already\"}");
              });
    }
  }

  private static void assertSoon(Supplier<HttpResponse<String>> call) {
    long start = System.nanoTime();
    assertThat(call.get().statusCode()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
  }

  /// Connections that each ask again as soon as they are answered.
  private static final class Load implements AutoCloseable {
    private final Queue<HttpResponse<String>> refused = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopped;

    Load(Supplier<HttpResponse<String>> call) {
      for (int i = 0; i < HOSTILE_CONNECTIONS; i++) {
        threads.execute(() -> repeat(call));
      }
    }

    private void repeat(Supplier<HttpResponse<String>> call) {
      while (!stopped) {
        var answer = call.get();
        if (answer.statusCode() != 200) {
          refused.add(answer);
          pause();
        }
      }
    }

    private static void pause() {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void awaitFullQueue() {
      while (server.project().api().pool().waiting() < QUEUE || refused.isEmpty()) {
        pause();
      }
    }

    @Override
    public void close() {
      stopped = true;
      threads.close();
    }
  }
}

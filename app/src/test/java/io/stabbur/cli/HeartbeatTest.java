package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.Await;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `kill -9`: whoever receives the heartbeat outside notices that it ended.
@Tag("nightly")
class HeartbeatTest {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// A service outside that calls somebody when it has heard nothing for five periods.
  private static final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private volatile long last = System.nanoTime();
    private final AtomicInteger heard = new AtomicInteger();

    Receiver() throws Exception {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/ping",
          exchange -> {
            last = System.nanoTime();
            heard.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/ping";
    }

    boolean calls() {
      return System.nanoTime() - last > EVERY.multipliedBy(5).toNanos();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @Test
  void aProcessThatIsKilledIsNoticedAndItsReturnToo() throws Exception {
    var folder = TestServer.newFolder();
    try (var receiver = new Receiver()) {
      var configuration =
          Files.writeString(
              folder.resolve("stabbur.yml"),
              """
              stabbur:
                operations:
                  alerts: { every: 1s, heartbeat: "%s", heartbeat-every: 1s }
              """
                  .formatted(receiver.url()));
      String[] up = {
        "up",
        "--port",
        Integer.toString(TestServer.freePort()),
        "--config",
        configuration.toString()
      };
      try (var server = Launched.start(folder, up).awaitReady()) {
        Await.until("it beats", LIMIT, () -> receiver.heard.get() > 3);
        assertThat(receiver.calls()).isFalse();
        server.kill();
      }
      Await.until("it is noticed", LIMIT, receiver::calls);

      try (var _ = Launched.start(folder, up).awaitReady()) {
        Await.until("it is back", LIMIT, () -> !receiver.calls());
      }
    }
  }
}

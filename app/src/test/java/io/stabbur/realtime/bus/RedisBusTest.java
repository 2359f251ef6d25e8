package io.stabbur.realtime.bus;

import io.stabbur.realtime.bus.BusSettings.Kind;
import io.stabbur.testing.RedisProcess;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;

/// A real Redis between replicas.
class RedisBusTest extends BusContract {
  private static final RedisProcess process = RedisProcess.start();
  private static final RedisServer server =
      new RedisServer(new BusSettings(Kind.REDIS, process.url(), Bus.LONGEST));

  @AfterAll
  static void stop() {
    server.close();
    process.close();
  }

  @Override
  Carrier carrier() {
    return new RedisCarrier(
        server.client(), "stabbur:realtime:test".getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  void interrupt() {
    process.restart();
  }
}

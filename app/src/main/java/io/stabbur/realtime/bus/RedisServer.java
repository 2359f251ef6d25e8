package io.stabbur.realtime.bus;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The Redis or Valkey server of the settings; its client is made when the first project needs it.
@Singleton
final class RedisServer {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int THREADS = 2;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final BusSettings settings;
  private @Nullable ClientResources resources;
  private @Nullable RedisClient client;

  RedisServer(BusSettings settings) {
    this.settings = settings;
  }

  synchronized RedisClient client() {
    if (client == null) {
      var uri = RedisURI.create(Objects.requireNonNull(settings.redisUrl()));
      uri.setTimeout(LIMIT);
      resources =
          ClientResources.builder()
              .ioThreadPoolSize(THREADS)
              .computationThreadPoolSize(THREADS)
              .reconnectDelay(
                  Delay.exponential(FIRST_PAUSE, LONGEST_PAUSE, 2, TimeUnit.MILLISECONDS))
              .build();
      client = RedisClient.create(resources, uri);
      client.setOptions(
          ClientOptions.builder()
              // a message that cannot be sent now is worth nothing later
              .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
              .timeoutOptions(TimeoutOptions.enabled(LIMIT))
              .build());
    }
    return client;
  }

  @PreDestroy
  synchronized void close() {
    if (client != null) {
      client.shutdown();
    }
    if (resources != null) {
      var _ = resources.shutdown();
    }
  }
}

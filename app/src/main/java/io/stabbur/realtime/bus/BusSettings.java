package io.stabbur.realtime.bus;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import org.jspecify.annotations.Nullable;

/// How the processes (replicas) that serve one project exchange broadcasts and presence, under
/// `stabbur.realtime.bus`.
///
/// @param kind what carries the messages
/// @param redisUrl address of a Redis or Valkey, such as `redis://:password@host:6379` or
///   `rediss://…` with TLS; needed for kind `redis`
/// @param maxQueue most bytes of one project that wait to be sent; what comes on top is dropped
@ConfigurationProperties("stabbur.realtime.bus")
record BusSettings(
    @Bindable(defaultValue = "postgres") Kind kind,
    @Nullable String redisUrl,
    @Bindable(defaultValue = "67108864") int maxQueue) {

  /// What carries messages between replicas.
  enum Kind {
    /// `LISTEN` and `NOTIFY` in the project's own database.
    POSTGRES,
    /// Publish and subscribe of a Redis or Valkey server.
    REDIS,
    /// Nothing: each project is served by one process.
    NONE
  }

  BusSettings {
    if (kind == Kind.REDIS && redisUrl == null) {
      throw new IllegalArgumentException(
          "stabbur.realtime.bus.kind is redis; set stabbur.realtime.bus.redis-url as well");
    }
    if (maxQueue <= 0) {
      throw new IllegalArgumentException("stabbur.realtime.bus.max-queue must be positive");
    }
  }
}

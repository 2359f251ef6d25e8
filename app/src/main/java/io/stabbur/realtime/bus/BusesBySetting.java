package io.stabbur.realtime.bus;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bus that `stabbur.realtime.bus` asks for.
@Singleton
final class BusesBySetting implements Buses {
  private static final int NAME = 12;
  private static final byte[] PURPOSE = "realtime channel".getBytes(StandardCharsets.UTF_8);

  private final BusSettings settings;
  private final RedisServer redis;

  BusesBySetting(BusSettings settings, RedisServer redis) {
    this.settings = settings;
    this.redis = redis;
  }

  @Override
  public Bus open(Project project) {
    return switch (settings.kind()) {
      case POSTGRES -> bus(project, new PostgresCarrier(project.admin().login()));
      case REDIS -> bus(project, new RedisCarrier(redis.client(), channel(project)));
      case NONE -> new NoBus();
    };
  }

  private Bus bus(Project project, Carrier carrier) {
    var key = project.keys().masterKey().bytes();
    return new PacketBus(project.name(), carrier, key, settings.maxQueue());
  }

  /// The same at all replicas of a project, and another for each project.
  private static byte[] channel(Project project) {
    var mac = Crypto.hmacSha256(project.keys().masterKey().bytes(), PURPOSE);
    var name = "stabbur:realtime:" + Crypto.base64Url(Arrays.copyOf(mac, NAME));
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}

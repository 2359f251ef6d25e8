package io.stabbur.realtime.bus;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `PUBLISH` and `SUBSCRIBE` of a Redis or Valkey server, on two connections of each project.
final class RedisCarrier implements Carrier {
  private static final int LARGEST_PACKET = 1 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final RedisClient client;
  private final byte[] channel;
  private @Nullable StatefulRedisConnection<byte[], byte[]> sending;
  private volatile @Nullable StatefulRedisPubSubConnection<byte[], byte[]> receiving;
  private @Nullable Thread subscriber;
  private volatile boolean isClosed;

  /// @param client reconnects by itself, and refuses commands meanwhile
  RedisCarrier(RedisClient client, byte[] channel) {
    this.client = client;
    this.channel = channel;
  }

  @Override
  public int largestPacket() {
    return LARGEST_PACKET;
  }

  @Override
  public void receive(Consumer<byte[]> packets, Runnable connected) {
    var listener =
        new RedisPubSubAdapter<byte[], byte[]>() {
          @Override
          public void message(byte[] from, byte[] packet) {
            packets.accept(packet);
          }

          // the client subscribes again by itself once it is connected again
          @Override
          public void subscribed(byte[] to, long count) {
            connected.run();
          }
        };
    subscriber =
        Thread.ofVirtual().name("realtime bus subscriber").start(() -> subscribe(listener));
  }

  /// Until the server answers the first time.
  private void subscribe(RedisPubSubAdapter<byte[], byte[]> listener) {
    while (!isClosed) {
      try {
        var connection = client.connectPubSub(ByteArrayCodec.INSTANCE);
        receiving = connection;
        connection.addListener(listener);
        connection.sync().subscribe(channel);
        return;
      } catch (RedisException e) {
        closeReceiving();
        if (!pause()) {
          return;
        }
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(RETRY);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  @Override
  public void send(List<byte[]> packets) throws CarrierFailure {
    try {
      var commands = connection().async();
      var sent = new ArrayList<RedisFuture<Long>>(packets.size());
      for (var packet : packets) {
        sent.add(commands.publish(channel, packet));
      }
      if (!LettuceFutures.awaitAll(LIMIT, sent.toArray(RedisFuture[]::new))) {
        throw new CarrierFailure("Redis did not answer within " + LIMIT.toSeconds() + " s");
      }
    } catch (RedisException e) {
      throw new CarrierFailure("Redis cannot be reached, " + e.getClass().getSimpleName());
    }
  }

  private StatefulRedisConnection<byte[], byte[]> connection() {
    if (sending == null) {
      sending = client.connect(ByteArrayCodec.INSTANCE);
    }
    return sending;
  }

  private void closeReceiving() {
    var connection = receiving;
    receiving = null;
    if (connection != null) {
      connection.close();
    }
  }

  @Override
  public void close() {
    isClosed = true;
    if (subscriber != null) {
      subscriber.interrupt();
    }
    closeReceiving();
    if (sending != null) {
      sending.close();
    }
  }
}

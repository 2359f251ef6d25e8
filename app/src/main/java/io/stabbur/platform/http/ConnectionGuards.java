package io.stabbur.platform.http;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;

/// Puts a [ConnectionGuard] on each connection that [Connections] admits, and ends the others.
@Singleton
final class ConnectionGuards extends CodecNeighbour {
  /// Bodies that come fast are read in larger pieces; a connection reads a megabyte at most before
  /// others have their turn.
  private static final RecvByteBufAllocator PIECES =
      new AdaptiveRecvByteBufAllocator(64, 2048, 256 * 1024).maxMessagesPerRead(4);

  private final Connections connections;
  private final ConnectionSettings settings;
  private final Traffic traffic;

  ConnectionGuards(Connections connections, ConnectionSettings settings, Traffic traffic) {
    this.traffic = traffic;
    this.connections = connections;
    this.settings = settings;
  }

  @Override
  void opened(Channel connection) {
    if (!(connection.remoteAddress() instanceof InetSocketAddress client)) {
      return;
    }
    var network = Networks.of(client.getAddress(), Networks.CLIENT);
    var guard = new ConnectionGuard(connection, network, settings, connections, traffic);
    if (connections.admit(guard)) {
      connection.config().setRecvByteBufAllocator(PIECES);
      connection.pipeline().addAfter(CODEC, "connection-guard", guard);
    } else {
      // without the handshake of a close, which would keep the socket for minutes
      connection.config().setOption(ChannelOption.SO_LINGER, 0);
      var _ = connection.close();
    }
  }
}

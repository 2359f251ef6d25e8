package io.stabbur.platform.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;

/// Puts a [ConnectionGuard] on each connection that [Connections] admits, and ends the others.
@Singleton
final class ConnectionGuards extends CodecNeighbour {
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
      connection.pipeline().addAfter(CODEC, "connection-guard", guard);
    } else {
      // without the handshake of a close, which would keep the socket for minutes
      connection.config().setOption(ChannelOption.SO_LINGER, 0);
      var _ = connection.close();
    }
  }
}

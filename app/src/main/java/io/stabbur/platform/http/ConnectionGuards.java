package io.stabbur.platform.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Puts a [ConnectionGuard] on each connection that [Connections] admits, and ends the others.
@Singleton
final class ConnectionGuards implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final Connections connections;
  private final ConnectionSettings settings;

  ConnectionGuards(Connections connections, ConnectionSettings settings) {
    this.connections = connections;
    this.settings = settings;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new OnChannel(this, null));
    return event.getBean();
  }

  private record OnChannel(ConnectionGuards guards, @Nullable Channel channel)
      implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel accepted, ChannelRole role) {
      return new OnChannel(guards, accepted);
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (channel != null && channel.remoteAddress() instanceof InetSocketAddress client) {
        guards.guard(channel, client);
      }
    }
  }

  private void guard(Channel channel, InetSocketAddress client) {
    var codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
    if (channel.pipeline().get(codec) == null) {
      return;
    }
    var network = Networks.of(client.getAddress(), Networks.CLIENT);
    var guard = new ConnectionGuard(channel, network, settings, connections);
    if (connections.admit(guard)) {
      channel.pipeline().addAfter(codec, "connection-guard", guard);
    } else {
      // without the handshake of a close, which would keep the socket for minutes
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      var _ = channel.close();
    }
  }
}

package io.stabbur.platform.http.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/// One on this machine that listens on a unix socket.
public final class LocalServer extends NextServer {
  private final UnixDomainSocketAddress address;

  public LocalServer(Path socket) {
    super(Duration.ofDays(1));
    this.address = UnixDomainSocketAddress.of(socket);
  }

  @Override
  ChannelFuture connect(Bootstrap bootstrap) {
    return bootstrap.channel(NioDomainSocketChannel.class).connect(address);
  }

  @Override
  void prepare(ChannelPipeline pipeline) {
    // a unix socket needs nothing
  }
}

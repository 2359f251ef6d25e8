package io.stabbur.platform.http.proxy;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets requests for WebSockets under [UpgradePaths] through to the controllers there. The
/// framework would refuse them, since it knows no WebSocket of its own at that path: it looks at
/// the header `Connection`, so that one is taken off and `Upgrade` alone says what is wanted.
@Singleton
final class UpgradeRequests implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final List<UpgradePaths> paths;

  UpgradeRequests(List<UpgradePaths> paths) {
    this.paths = List.copyOf(paths);
  }

  /// Whether a request that reached a controller asks for a WebSocket.
  static boolean isUpgrade(HttpRequest request) {
    return "websocket".equalsIgnoreCase(request.headers().get(HttpHeaderNames.UPGRADE))
        && !request.headers().contains(HttpHeaderNames.CONNECTION);
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new OnChannel(this, null));
    return event.getBean();
  }

  private record OnChannel(UpgradeRequests requests, @Nullable Channel channel)
      implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel accepted, ChannelRole role) {
      return new OnChannel(requests, accepted);
    }

    @Override
    public void onStreamPipelineBuilt() {
      var codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
      if (channel != null && channel.pipeline().get(codec) != null) {
        channel.pipeline().addAfter(codec, "upgrade-requests", requests.new Opener());
      }
    }
  }

  private final class Opener extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request && isOurs(request)) {
        request.headers().remove(HttpHeaderNames.CONNECTION);
      }
      context.fireChannelRead(message);
    }
  }

  private boolean isOurs(HttpRequest request) {
    return request.headers().contains(HttpHeaderNames.UPGRADE)
        && request.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
        && paths.stream().anyMatch(path -> request.uri().startsWith(path.prefix() + "/"));
  }
}

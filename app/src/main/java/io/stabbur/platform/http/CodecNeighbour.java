package io.stabbur.platform.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// Adds to each connection of a client what stands next to the HTTP codec, before the framework
/// sees a request.
abstract class CodecNeighbour implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  /// The name of the codec in a pipeline, for `addAfter`.
  static final String CODEC = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;

  /// The connection is new and has a codec.
  abstract void opened(Channel connection);

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new OnChannel(this, null));
    return event.getBean();
  }

  /// Made anew for each channel, of the listener first and then of each connection it accepts.
  private record OnChannel(CodecNeighbour neighbour, @Nullable Channel channel)
      implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel accepted, ChannelRole role) {
      return new OnChannel(neighbour, accepted);
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (channel != null && channel.pipeline().get(CODEC) != null) {
        neighbour.opened(channel);
      }
    }
  }
}

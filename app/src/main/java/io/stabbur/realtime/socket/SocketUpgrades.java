package io.stabbur.realtime.socket;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.stabbur.realtime.RealtimeSettings;
import io.stabbur.realtime.room.Lanes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Puts a [SocketUpgrade] on each connection, after the guard that limits connections.
@Singleton
final class SocketUpgrades implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private static final String GUARD = "connection-guard";
  private static final String NAME = "realtime-upgrade";

  private final RealtimeSettings settings;
  private final Lanes lanes;
  private final Backlogs backlogs;

  SocketUpgrades(RealtimeSettings settings, Lanes lanes) {
    this.settings = settings;
    this.lanes = lanes;
    this.backlogs = new Backlogs(settings.maxBacklog(), settings.totalBacklog());
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new OnChannel(this, null));
    return event.getBean();
  }

  private record OnChannel(SocketUpgrades upgrades, @Nullable Channel channel)
      implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel accepted, ChannelRole role) {
      return new OnChannel(upgrades, accepted);
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (channel != null) {
        upgrades.add(channel);
      }
    }
  }

  private void add(Channel channel) {
    var codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
    var pipeline = channel.pipeline();
    if (pipeline.get(codec) == null) {
      return;
    }
    var before = pipeline.get(GUARD) == null ? codec : GUARD;
    pipeline.addAfter(before, NAME, new SocketUpgrade(settings, lanes, backlogs));
  }
}

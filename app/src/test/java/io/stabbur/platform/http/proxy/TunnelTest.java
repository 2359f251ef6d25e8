package io.stabbur.platform.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TunnelTest {
  /// A connection whose other end takes nothing: no write is ever done.
  private static EmbeddedChannel deaf() {
    var channel =
        new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(
                  ChannelHandlerContext context, Object message, ChannelPromise promise) {
                // waits
              }
            });
    channel.freezeTime();
    return channel;
  }

  @Test
  void aClientThatTakesNothingIsClosedSomeSecondsAfterItsServer() {
    var client = deaf();
    var server = new EmbeddedChannel(new Tunnel(client, () -> {}));
    var _ = server.close();
    client.advanceTimeBy(4, TimeUnit.SECONDS);
    client.runScheduledPendingTasks();
    assertThat(client.isActive()).isTrue();
    client.advanceTimeBy(2, TimeUnit.SECONDS);
    client.runScheduledPendingTasks();
    assertThat(client.isActive()).isFalse();
  }

  @Test
  void aClientThatTakesAllIsClosedAtOnce() {
    var client = new EmbeddedChannel();
    var server = new EmbeddedChannel(new Tunnel(client, () -> {}));
    var _ = server.close();
    client.runPendingTasks();
    assertThat(client.isActive()).isFalse();
  }
}

package io.stabbur.platform.http.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The end of the pipeline of a connection to a [NextServer]: tells the exchange that uses it what
/// arrives. Used on the connection's event loop alone.
final class ServerConnection extends ChannelInboundHandlerAdapter {
  private final Channel channel;
  private @Nullable Exchange exchange;
  private long idleSince;

  ServerConnection(Channel channel) {
    this.channel = channel;
  }

  Channel channel() {
    return channel;
  }

  void use(Exchange by) {
    exchange = by;
  }

  void release() {
    exchange = null;
  }

  /// It waits for the next exchange, and notices that the server closes it.
  void rest() {
    idleSince = System.nanoTime();
    channel.read();
  }

  /// Whether it can be used again after it has been idle.
  boolean isFresh(Duration longestIdle) {
    return channel.isActive() && System.nanoTime() - idleSince < longestIdle.toNanos();
  }

  void close() {
    var _ = channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var current = exchange;
    if (current == null) {
      // nothing was asked for
      ReferenceCountUtil.release(message);
      var _ = context.close();
      return;
    }
    if (message instanceof HttpResponse response) {
      current.head(response);
    }
    if (message instanceof HttpContent content) {
      current.content(content);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (exchange != null) {
      exchange.readComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (exchange != null) {
      exchange.writabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (exchange != null) {
      exchange.lost();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}

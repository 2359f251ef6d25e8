package io.stabbur.platform.http.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// The end of the pipeline of a connection to a [NextServer]: tells the exchange that uses it what
/// arrives.
final class ServerConnection extends ChannelInboundHandlerAdapter {
  private @Nullable Exchange exchange;

  void use(Exchange by) {
    exchange = by;
  }

  void release() {
    exchange = null;
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

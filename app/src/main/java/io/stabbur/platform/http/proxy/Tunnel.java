package io.stabbur.platform.http.proxy;

import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/// Joins the connection of a client and that of a server after an upgrade: bytes pass both ways,
/// each piece read when the one before it was written.
final class Tunnel extends ChannelInboundHandlerAdapter {
  private static final long LAST_BYTES_SECONDS = 5;

  private final Channel other;
  private final Runnable heard;

  /// @param heard runs for each piece that arrives
  Tunnel(Channel other, Runnable heard) {
    this.other = other;
    this.heard = heard;
  }

  /// Sends the server's consent to the client and joins the two.
  ///
  /// @param client where the framework handles requests of the client's connection
  /// @param progress runs for each piece that the server sends
  static void open(
      ChannelHandlerContext client, HttpResponse consent, Channel server, Runnable progress) {
    var front = client.channel();
    // as a message, so that what guards the connection learns of the upgrade
    var head =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, consent.status(), Unpooled.EMPTY_BUFFER);
    head.headers().set(consent.headers());
    var _ = client.writeAndFlush(head);
    front.pipeline().addLast("tunnel", new Tunnel(server, Tunnel::nobodyHears));
    front.pipeline().remove(client.name());
    if (front.pipeline().get(ChannelPipelineCustomizer.HANDLER_IDLE_STATE) != null) {
      front.pipeline().remove(ChannelPipelineCustomizer.HANDLER_IDLE_STATE);
    }
    front.pipeline().remove(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC);
    server.pipeline().addLast("tunnel", new Tunnel(front, progress));
    server.pipeline().remove(ServerConnection.class);
    server.pipeline().remove("codec");
    front.read();
    server.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    heard.run();
    if (message instanceof io.netty.buffer.ByteBuf && other.isActive()) {
      var _ =
          other
              .writeAndFlush(message)
              .addListener(
                  (ChannelFutureListener)
                      written -> {
                        if (written.isSuccess()) {
                          context.channel().read();
                        } else {
                          var _ = context.close();
                        }
                      });
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (other.isActive()) {
      closeLater(other);
      var _ = other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /// Closes a connection that is not closed within some seconds: what waits to be sent to a client
  /// that takes nothing is never sent, and neither is whatever follows it.
  static void closeLater(Channel channel) {
    Runnable close =
        () -> {
          var _ = channel.close();
        };
    var closing = channel.eventLoop().schedule(close, LAST_BYTES_SECONDS, TimeUnit.SECONDS);
    var _ =
        channel
            .closeFuture()
            .addListener(
                _ -> {
                  var _ = closing.cancel(false);
                });
  }

  private static void nobodyHears() {}

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}

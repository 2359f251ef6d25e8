package io.stabbur.platform.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.util.ReferenceCountUtil;
import jakarta.inject.Singleton;

/// Ends the connection of a body whose framing cannot be read, such as a chunk without a size. The
/// decoder hands such a place on as if it were the body's end, and what came before it would be
/// taken for all of it.
@Singleton
final class BrokenBodies extends CodecNeighbour {
  @Override
  void opened(Channel connection) {
    connection.pipeline().addAfter(CODEC, "broken-bodies", new Guard());
  }

  private static final class Guard extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      // a request that is broken as a whole gets its answer
      if (message instanceof HttpContent content
          && !(message instanceof HttpMessage)
          && content.decoderResult().isFailure()) {
        ReferenceCountUtil.release(message);
        var _ = context.close();
      } else {
        context.fireChannelRead(message);
      }
    }
  }
}

package io.stabbur.platform.http;

import io.micronaut.context.BeanProvider;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.List;

/// Gives the framework request targets that it can read ([RequestTarget]) and that its routes know
/// ([TargetRule]).
@Singleton
final class RequestTargets extends CodecNeighbour {
  private final BeanProvider<TargetRule> rules;

  /// The rules are asked for with the first connection: this is made before settings are read.
  RequestTargets(BeanProvider<TargetRule> rules) {
    this.rules = rules;
  }

  @Override
  void opened(Channel connection) {
    var reader = new Reader(rules.stream().toList());
    connection.pipeline().addAfter(CODEC, "request-targets", reader);
  }

  private static final class Reader extends ChannelInboundHandlerAdapter {
    private final List<TargetRule> rules;

    Reader(List<TargetRule> rules) {
      this.rules = rules;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
        read(context.channel(), request);
      }
      context.fireChannelRead(message);
    }

    /// RFC 9112, 3.2: a request with several `Host` is broken. Who stands in between may have
    /// chosen by another one than is chosen by here.
    private void read(Channel channel, HttpRequest request) {
      if (isHostRepeated(request)) {
        request.setDecoderResult(
            DecoderResult.failure(new IllegalArgumentException("more than one header Host")));
        return;
      }
      originForm(request);
      request.setUri(target(channel, request));
    }

    private static boolean isHostRepeated(HttpRequest request) {
      var hosts = request.headers().valueCharSequenceIterator(HttpHeaderNames.HOST);
      if (hosts.hasNext()) {
        var _ = hosts.next();
      }
      return hosts.hasNext();
    }

    /// RFC 9112, 3.2.2: the authority of a target counts, whatever `Host` says.
    private static void originForm(HttpRequest request) {
      var target = RequestTarget.encoded(request.uri());
      request.setUri(RequestTarget.originForm(target));
      RequestTarget.host(target)
          .ifPresent(host -> request.headers().set(HttpHeaderNames.HOST, host));
    }

    private String target(Channel channel, HttpRequest request) {
      var target = request.uri();
      var host = request.headers().get(HttpHeaderNames.HOST);
      int port = channel.localAddress() instanceof InetSocketAddress local ? local.getPort() : 0;
      for (var rule : rules) {
        target = rule.apply(target, host, port);
      }
      return target;
    }
  }
}

package io.stabbur.platform.http.proxy;

import io.micronaut.buffer.netty.NettyReadBufferFactory;
import io.micronaut.core.io.buffer.ReadBuffer;
import io.micronaut.http.body.AvailableByteBody;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// The body of a request on its way to the server: one piece at a time, the next one when the
/// server's connection has room for it.
final class RequestBody implements Subscriber<ReadBuffer> {
  private final Exchange exchange;
  private @Nullable Subscription source;
  private boolean isStreamed;
  private volatile boolean isComplete;
  private boolean isAsked;

  RequestBody(Exchange exchange) {
    this.exchange = exchange;
  }

  /// Whether pieces are sent that cannot be sent again.
  boolean isStreamed() {
    return isStreamed;
  }

  boolean isComplete() {
    return isComplete;
  }

  void start(HttpRequest head, NettyHttpRequest<?> request) {
    var channel = exchange.channel();
    var body = request.byteBody();
    if (body.expectedLength().orElse(-1) == 0) {
      isComplete = true;
      var _ = channel.writeAndFlush(whole(head, Unpooled.EMPTY_BUFFER));
    } else if (body instanceof AvailableByteBody available) {
      isStreamed = true;
      isComplete = true;
      var bytes = NettyReadBufferFactory.toByteBuf(available.toReadBuffer());
      var _ = channel.writeAndFlush(whole(head, bytes));
    } else {
      isStreamed = true;
      var _ = channel.writeAndFlush(head);
      body.toReadBufferPublisher().subscribe(this);
    }
  }

  /// Written as one piece.
  private static FullHttpRequest whole(HttpRequest head, ByteBuf body) {
    return new DefaultFullHttpRequest(
        head.protocolVersion(),
        head.method(),
        head.uri(),
        body,
        head.headers(),
        EmptyHttpHeaders.INSTANCE);
  }

  private void end() {
    isComplete = true;
    var _ = exchange.channel().writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  /// Asks for the next piece if there is room for it.
  void flow() {
    var from = source;
    if (from != null && !isComplete && !isAsked && exchange.channel().isWritable()) {
      isAsked = true;
      from.request(1);
    }
  }

  /// Takes no more from the client; what still comes is dropped as it arrives.
  void stop() {
    var from = source;
    if (from != null && !isComplete) {
      source = null;
      from.cancel();
    }
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    source = subscription;
    flow();
  }

  @Override
  public void onNext(ReadBuffer piece) {
    onLoop(
        () -> {
          isAsked = false;
          if (exchange.isOver()) {
            piece.close();
            return;
          }
          var _ = exchange.write(NettyReadBufferFactory.toByteBuf(piece));
          flow();
        });
  }

  @Override
  public void onError(Throwable failure) {
    onLoop(exchange::cancelled);
  }

  @Override
  public void onComplete() {
    onLoop(
        () -> {
          if (!exchange.isOver()) {
            end();
          }
        });
  }

  private void onLoop(Runnable work) {
    var loop = exchange.client().eventLoop();
    if (loop.inEventLoop()) {
      work.run();
    } else {
      loop.execute(work);
    }
  }
}

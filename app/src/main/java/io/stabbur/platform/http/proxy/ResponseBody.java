package io.stabbur.platform.http.proxy;

import io.micronaut.core.io.buffer.ReadBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// The pieces of a response body on their way to the client. Read from the server while the client
/// asks for more, so it holds what one read brought at most.
final class ResponseBody implements Publisher<ReadBuffer>, Subscription {
  private final Exchange exchange;
  private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>(2);
  private @Nullable Subscriber<? super ReadBuffer> subscriber;
  private @Nullable Throwable failure;
  private long demand;
  private boolean isComplete;
  private boolean isEnded;
  private boolean isDraining;

  ResponseBody(Exchange exchange) {
    this.exchange = exchange;
  }

  void add(ByteBuf piece) {
    if (piece.isReadable() && !isEnded) {
      pieces.add(piece);
      drain();
    } else {
      piece.release();
    }
  }

  void complete() {
    isComplete = true;
    drain();
  }

  void fail(Throwable cause) {
    if (!isComplete && failure == null) {
      failure = cause;
      drain();
    }
  }

  boolean wantsMore() {
    return demand > 0 && pieces.isEmpty();
  }

  long buffered() {
    long bytes = 0;
    for (var piece : pieces) {
      bytes += piece.readableBytes();
    }
    return bytes;
  }

  /// All of a body that has arrived whole; nobody subscribes to it then.
  ReadBuffer takeAll() {
    isEnded = true;
    var all =
        pieces.size() == 1
            ? pieces.removeFirst()
            : Unpooled.wrappedBuffer(pieces.toArray(ByteBuf[]::new));
    pieces.clear();
    return exchange.buffers().adapt(all);
  }

  /// Nobody is going to read it.
  void discard() {
    isEnded = true;
    discardPieces();
  }

  /// Nobody is going to read those that are here.
  void discardPieces() {
    pieces.forEach(ByteBuf::release);
    pieces.clear();
  }

  @Override
  public void subscribe(Subscriber<? super ReadBuffer> taker) {
    subscriber = taker;
    taker.onSubscribe(this);
    drain();
  }

  @Override
  public void request(long more) {
    if (exchange.client().eventLoop().inEventLoop()) {
      ask(more);
    } else {
      exchange.client().eventLoop().execute(() -> ask(more));
    }
  }

  private void ask(long more) {
    demand = demand + more < 0 ? Long.MAX_VALUE : demand + more;
    drain();
    if (wantsMore() && !exchange.isOver()) {
      exchange.channel().read();
    }
  }

  @Override
  public void cancel() {
    exchange.client().eventLoop().execute(this::stop);
  }

  private void stop() {
    if (!isEnded) {
      discard();
      exchange.cancelled();
    }
  }

  private void drain() {
    var taker = subscriber;
    if (taker == null || isDraining) {
      return;
    }
    isDraining = true;
    while (demand > 0 && !pieces.isEmpty() && !isEnded) {
      demand--;
      taker.onNext(exchange.buffers().adapt(pieces.removeFirst()));
    }
    isDraining = false;
    if (pieces.isEmpty() && !isEnded) {
      end(taker);
    }
  }

  private void end(Subscriber<? super ReadBuffer> taker) {
    if (isComplete) {
      isEnded = true;
      taker.onComplete();
    } else if (failure != null) {
      isEnded = true;
      taker.onError(failure);
    }
  }
}

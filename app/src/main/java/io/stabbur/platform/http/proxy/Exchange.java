package io.stabbur.platform.http.proxy;

import io.micronaut.buffer.netty.NettyReadBufferFactory;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.stabbur.platform.http.proxy.ExchangeWatch.Ending;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One request that was sent on, and its response. All but [#response] and [#abort] runs on the
/// event loop that the client's connection and the server's share.
public final class Exchange {
  /// Methods that change nothing (RFC 9110, 9.2.1). A server that had closed a kept connection
  /// looks like one that died over the request, so no other method is sent again.
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final NextServer server;
  private final NettyHttpRequest<?> request;
  private final Outgoing outgoing;
  private final ExchangeWatch watch;
  private final Channel client;
  private final ChannelFutureListener clientClosed = _ -> finish(Ending.CANCELLED);
  private final CompletableFuture<MutableHttpResponse<?>> answer = new CompletableFuture<>();
  private final ResponseBody body = new ResponseBody(this);
  private final RequestBody upload = new RequestBody(this);
  private @Nullable ServerConnection connection;
  private @Nullable HttpResponse head;
  private boolean isReused;
  private boolean mayReuse;
  private boolean isWritten;
  private boolean responseIsWhole;
  private boolean isOver;
  private boolean isUpgraded;

  Exchange(NextServer server, NettyHttpRequest<?> request, Outgoing outgoing, ExchangeWatch watch) {
    this.server = server;
    this.request = request;
    this.outgoing = outgoing;
    this.watch = watch;
    this.client = request.getChannelHandlerContext().channel();
  }

  /// The response, as soon as its head is there; fails with [ServerLost], or with what [#abort] was
  /// given.
  public CompletionStage<MutableHttpResponse<?>> response() {
    return answer;
  }

  /// Ends the exchange from any thread: a response that has begun is cut off, one that has not
  /// fails with the cause, and a WebSocket is closed. The client's connection ends with what has
  /// begun, also where it takes nothing of it.
  public void abort(RuntimeException cause) {
    client
        .eventLoop()
        .execute(
            () -> {
              if (isUpgraded) {
                // the tunnel closes the client's connection
                var _ = channel().close();
              } else {
                cutOff(cause);
              }
            });
  }

  private void cutOff(RuntimeException cause) {
    if (!isOver && answer.isDone()) {
      Tunnel.closeLater(client);
    }
    finish(Ending.ABORTED, cause);
  }

  /// Whether the server has all of the request, from any thread.
  public boolean isSent() {
    return upload.isComplete();
  }

  void begin() {
    if (!client.isActive()) {
      finish(Ending.CANCELLED);
      return;
    }
    var _ = client.closeFuture().addListener(clientClosed);
    var known = server.reuse(client.eventLoop());
    if (known == null) {
      server.connect(client.eventLoop(), this);
    } else {
      isReused = true;
      connected(known);
    }
  }

  void connected(ServerConnection opened) {
    if (isOver) {
      opened.close();
      return;
    }
    connection = opened;
    opened.use(this);
    isWritten = true;
    upload.start(RequestHead.of(request, outgoing), request);
    opened.channel().read();
  }

  void fail(Throwable cause) {
    lost();
  }

  Channel channel() {
    return Objects.requireNonNull(connection).channel();
  }

  boolean isOver() {
    return isOver;
  }

  void head(HttpResponse response) {
    ResponseHead.keepApart(response.headers());
    if (response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      upgrade(response);
    } else if (response.status().code() >= 200) {
      head = response;
      mayReuse = mayReuse(response);
      watch.head(response.status().code());
    }
  }

  /// From now on both connections carry bytes that are nobody's business here.
  private void upgrade(HttpResponse response) {
    watch.head(response.status().code());
    var _ = client.closeFuture().removeListener(clientClosed);
    isOver = true;
    isUpgraded = true;
    var server = channel();
    server.pipeline().get(ServerConnection.class).release();
    Tunnel.open(request.getChannelHandlerContext(), response, server, watch::progress);
    var _ = server.closeFuture().addListener(_ -> watch.end(Ending.COMPLETE));
    // nobody writes it any more; filters see it pass
    answer.complete(ResponseHead.of(response));
  }

  void content(HttpContent content) {
    watch.progress();
    responseIsWhole |= content instanceof LastHttpContent && head != null;
    if (head == null || isOver) {
      content.release();
      return;
    }
    body.add(content.content());
    if (responseIsWhole) {
      body.complete();
    }
  }

  /// A response that arrived whole in one read is passed on as one piece.
  void readComplete() {
    if (isOver) {
      return;
    }
    var response = head;
    if (response != null && !answer.isDone()) {
      answer.complete(ResponseHead.of(response, body, responseIsWhole, request));
    }
    if (responseIsWhole) {
      finish(Ending.COMPLETE);
    } else if (response == null || body.wantsMore()) {
      channel().read();
    }
  }

  void writabilityChanged() {
    upload.flow();
  }

  /// The client takes no more of the response.
  void cancelled() {
    finish(Ending.CANCELLED);
  }

  void lost() {
    boolean isRepeatable = !isWritten || (isReused && SAFE.contains(request.getMethodName()));
    finish(Ending.LOST, new ServerLost(head == null && !upload.isStreamed() && isRepeatable));
  }

  private void finish(Ending ending) {
    finish(ending, new ServerLost(false));
  }

  private void finish(Ending ending, RuntimeException cause) {
    if (isOver) {
      return;
    }
    isOver = true;
    var _ = client.closeFuture().removeListener(clientClosed);
    upload.stop();
    giveBack(ending);
    watch.end(ending);
    if (ending == Ending.CANCELLED) {
      body.discardPieces();
    }
    if (ending != Ending.COMPLETE) {
      body.fail(cause);
      answer.completeExceptionally(cause);
    }
  }

  private void giveBack(Ending ending) {
    var used = connection;
    if (used != null) {
      used.release();
      if (ending == Ending.COMPLETE && upload.isComplete() && mayReuse) {
        server.keep(used);
      } else {
        used.close();
      }
    }
  }

  /// Whether the server keeps the connection, and its answer says where it ends. Asked as the head
  /// arrives: the headers that tell it are of this connection and are taken away before it is
  /// passed on.
  private boolean mayReuse(HttpResponse response) {
    return HttpUtil.isKeepAlive(response)
        && (HttpUtil.isContentLengthSet(response)
            || HttpUtil.isTransferEncodingChunked(response)
            || hasNoBody(response));
  }

  private boolean hasNoBody(HttpResponse response) {
    int code = response.status().code();
    return code == 204 || code == 304 || request.getMethodName().equals("HEAD");
  }

  NettyReadBufferFactory buffers() {
    return NettyReadBufferFactory.of(client.alloc());
  }

  Channel client() {
    return client;
  }

  ChannelFuture write(io.netty.buffer.ByteBuf piece) {
    return channel().writeAndFlush(new DefaultHttpContent(piece));
  }
}

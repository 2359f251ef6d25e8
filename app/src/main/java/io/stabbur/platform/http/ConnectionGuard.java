package io.stabbur.platform.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Ends a connection whose client lets the server wait too long: for the head of its first request,
/// for the next request, for a body, or for room to send an answer. All but [#isIdle] and
/// [#replace] runs on the connection's event loop. A connection that became a WebSocket is left
/// alone.
final class ConnectionGuard extends ChannelDuplexHandler implements Connection {
  private static final List<String> OPERATORS = List.of("/health", "/metrics", "/alerts", "/admin");
  private static final long LONGEST_CHECK = TimeUnit.SECONDS.toNanos(5);
  private static final long SHORTEST_CHECK = TimeUnit.MILLISECONDS.toNanos(50);
  private static final String CROWDED = "{\"message\":\"Too many connections, try again later\"}";
  private static final String LATE =
      "{\"message\":\"The body of the request did not come in time\"}";

  private final Channel channel;
  private final String network;
  private final Connections connections;
  private final ConnectionSettings settings;
  private final Traffic traffic;
  private final BodyClock body;
  private final OutputClock output;
  private long quietSince = System.nanoTime();

  /// Requests whose answer is not written whole.
  private int requests;

  private boolean isReserved;
  private boolean isProven;
  private boolean isRefused;
  private boolean isAnswering;
  private boolean isUpgraded;
  private boolean bodyIsOpen;
  private volatile boolean idle;

  ConnectionGuard(
      Channel channel,
      String network,
      ConnectionSettings settings,
      Connections connections,
      Traffic traffic) {
    this.traffic = traffic;
    this.channel = channel;
    this.network = network;
    this.connections = connections;
    this.settings = settings;
    this.body = new BodyClock(settings.bodyTimeout());
    this.output = new OutputClock(channel, settings.stallTimeout());
  }

  @Override
  public String network() {
    return network;
  }

  @Override
  public void reserve() {
    isReserved = true;
  }

  @Override
  public boolean isIdle() {
    return idle;
  }

  @Override
  public void replace() {
    var _ = channel.close();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    traffic.connected();
    body.want(quietSince);
    schedule(context, settings.headTimeout().toNanos());
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    connections.leave(this);
    traffic.disconnected(requests);
    requests = 0;
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request && !isRefused) {
      begin(context, request);
    }
    if (isRefused) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpContent content) {
      int bytes = content.content().readableBytes();
      bodyIsOpen = !(content instanceof LastHttpContent);
      if (bytes > 0) {
        traffic.received(bytes);
      }
      if (bodyIsOpen) {
        body.receive(bytes, System.nanoTime());
      }
    }
    context.fireChannelRead(message);
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    if (!isProven) {
      isProven = true;
      connections.proven(this);
    }
    requests++;
    traffic.begun();
    idle = false;
    bodyIsOpen = true;
    body.begin(System.nanoTime());
    if (requests == 1 && waitsWithoutBody(request)) {
      var _ =
          context.writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
    if (isReserved && OPERATORS.stream().noneMatch(request.uri()::startsWith)) {
      isRefused = true;
      refuse(context, HttpResponseStatus.SERVICE_UNAVAILABLE, CROWDED);
    }
  }

  /// A client such as the AWS CLI asks for `100 Continue` before an empty body, too, and waits for
  /// it. The framework answers when a body is read, and an empty one is not.
  private static boolean waitsWithoutBody(HttpRequest request) {
    return HttpUtil.is100ContinueExpected(request)
        && HttpUtil.getContentLength(request, -1L) == 0
        && !HttpUtil.isTransferEncodingChunked(request);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (bodyIsOpen) {
      body.stop(System.nanoTime());
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void read(ChannelHandlerContext context) {
    if (bodyIsOpen) {
      body.want(System.nanoTime());
    }
    context.read();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      isAnswering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
      if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS) && !isUpgraded) {
        isUpgraded = true;
        requests--;
        traffic.ended();
      }
    }
    traffic.sent(bytes(message));
    if (message instanceof LastHttpContent && isAnswering) {
      isAnswering = false;
      requests--;
      traffic.ended();
      quietSince = System.nanoTime();
      idle = requests == 0 && !bodyIsOpen;
    }
    var _ = context.write(message, promise);
  }

  private static long bytes(Object message) {
    return switch (message) {
      case HttpContent content -> content.content().readableBytes();
      case ByteBufHolder holder -> holder.content().readableBytes();
      case ByteBuf bytes -> bytes.readableBytes();
      case FileRegion file -> file.count();
      default -> 0;
    };
  }

  private void schedule(ChannelHandlerContext context, long nanos) {
    var _ =
        context
            .executor()
            .schedule(
                () -> check(context),
                Math.clamp(nanos, SHORTEST_CHECK, LONGEST_CHECK),
                TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext context) {
    if (!channel.isActive() || isUpgraded || context.isRemoved()) {
      return;
    }
    long left = left(System.nanoTime());
    if (left > 0) {
      schedule(context, left);
    } else if (requests == 1 && bodyIsOpen && !isAnswering) {
      isRefused = true;
      refuse(context, HttpResponseStatus.REQUEST_TIMEOUT, LATE);
    } else {
      var _ = context.close();
    }
  }

  /// Nanoseconds until the client has used up its time, in whatever the server waits for.
  private long left(long now) {
    if (output.isPending(now)) {
      quietSince = now;
      return output.left(now);
    }
    if (bodyIsOpen) {
      return body.left(now);
    }
    var patience = isProven ? settings.idleTimeout() : settings.headTimeout();
    return requests > 0 ? LONGEST_CHECK : quietSince + patience.toNanos() - now;
  }

  private static void refuse(
      ChannelHandlerContext context, HttpResponseStatus status, String message) {
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(message, StandardCharsets.UTF_8));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
        .set(HttpHeaderNames.CONNECTION, "close")
        .set(HttpHeaderNames.RETRY_AFTER, "1");
    var _ = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}

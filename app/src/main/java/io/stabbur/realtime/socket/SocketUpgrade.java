package io.stabbur.realtime.socket;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.util.ReferenceCountUtil;
import io.stabbur.identity.Caller;
import io.stabbur.realtime.RealtimeSettings;
import io.stabbur.realtime.channel.ProjectChannels;
import io.stabbur.realtime.room.Lanes;
import io.stabbur.realtime.room.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Turns a connection into a socket. The request goes to [SocketController] like any other, through
/// the gateway; where that accepts it, its answer is not sent, the HTTP handlers leave the
/// connection, and the handshake is answered. A refusal is sent after a while.
final class SocketUpgrade extends ChannelDuplexHandler {
  static final String PATH = "/realtime/v1/websocket";
  static final int LONGEST_FRAME = 5_000_000;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);
  private static final int LEAST_ERROR = 400;

  private final RealtimeSettings settings;
  private final Lanes lanes;
  private final Backlogs backlogs;
  private volatile @Nullable FullHttpRequest request;
  private volatile @Nullable Accepted accepted;
  private @Nullable List<Object> refusal;
  private boolean isTakenOver;

  /// What the socket is opened for.
  ///
  /// @param key that the request which was let in has shown: a client may send another one behind
  ///   it
  record Accepted(Caller caller, String key, Wire wire, ProjectChannels project) {
    /// Without the key, which may be secret.
    @Override
    public String toString() {
      return "Accepted[" + caller.role() + ", " + wire + "]";
    }
  }

  SocketUpgrade(RealtimeSettings settings, Lanes lanes, Backlogs backlogs) {
    this.settings = settings;
    this.lanes = lanes;
    this.backlogs = backlogs;
  }

  /// Whether the request under way asks for a socket.
  boolean isAsked() {
    return request != null;
  }

  /// The request under way may become a socket. From any thread, before its answer is written.
  void accept(Accepted decided) {
    accepted = decided;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (isTakenOver) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest head && isUpgrade(head)) {
      var kept =
          new DefaultFullHttpRequest(
              head.protocolVersion(), head.method(), head.uri(), Unpooled.EMPTY_BUFFER);
      kept.headers().set(head.headers());
      request = kept;
      head.headers().remove(HttpHeaderNames.UPGRADE);
      var key = head.headers().get("x-api-key");
      if (key != null) {
        head.headers().set("apikey", key);
      }
    }
    context.fireChannelRead(message);
  }

  private static boolean isUpgrade(HttpRequest head) {
    return head.method().equals(HttpMethod.GET)
        && path(head.uri()).equals(PATH)
        && head.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        && head.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)
        && "13".equals(head.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION));
  }

  private static String path(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (request == null) {
      var _ = context.write(message, promise);
    } else if (accepted != null) {
      swallow(context, message, promise);
    } else {
      delay(context, message, promise);
    }
  }

  private void swallow(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    ReferenceCountUtil.release(message);
    promise.trySuccess();
    if (message instanceof LastHttpContent && !isTakenOver) {
      isTakenOver = true;
      context.executor().execute(() -> takeOver(context));
    }
  }

  /// Holds a refusal back, so that clients which try again at once cost little. No thread waits.
  private void delay(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (refusal == null
        && !(message instanceof HttpResponse head && head.status().code() >= LEAST_ERROR)) {
      var _ = context.write(message, promise);
      return;
    }
    if (refusal == null) {
      refusal = new ArrayList<>();
    }
    refusal.add(message);
    promise.trySuccess();
    if (message instanceof LastHttpContent) {
      var _ =
          context
              .executor()
              .schedule(
                  () -> refuse(context), settings.refusalDelay().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void refuse(ChannelHandlerContext context) {
    var parts = refusal == null ? List.of() : refusal;
    refusal = null;
    request = null;
    for (var part : parts) {
      var _ = context.write(part, context.voidPromise());
    }
    context.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (refusal != null) {
      refusal.forEach(ReferenceCountUtil::release);
      refusal = null;
    }
    context.fireChannelInactive();
  }

  private void takeOver(ChannelHandlerContext context) {
    var asked = request;
    var decided = accepted;
    if (asked == null || decided == null || !context.channel().isActive()) {
      return;
    }
    var pipeline = context.pipeline();
    while (pipeline.last() != null && pipeline.last() != this) {
      pipeline.removeLast();
    }
    var channel = context.channel();
    var _ = channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    var decoder =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(LONGEST_FRAME)
            .withUTF8Validator(false)
            .build();
    // from here on this handler lets everything pass
    request = null;
    var handler = new SocketHandler(decided, lanes.of(channel.eventLoop()), backlogs);
    var handshake = new WebSocketServerHandshaker13("", null, decoder).handshake(channel, asked);
    pipeline.addLast(new WebSocketFrameAggregator(LONGEST_FRAME), handler);
    pipeline.remove(this);
    var _ = channel.config().setAutoRead(true);
    var _ =
        handshake.addListener(
            done -> {
              if (!done.isSuccess()) {
                var _ = channel.close();
              }
            });
  }
}

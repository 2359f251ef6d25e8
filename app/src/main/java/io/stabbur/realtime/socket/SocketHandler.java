package io.stabbur.realtime.socket;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.stabbur.project.Hold;
import io.stabbur.realtime.channel.Channels;
import io.stabbur.realtime.channel.Link;
import io.stabbur.realtime.channel.Push;
import io.stabbur.realtime.room.Frame;
import io.stabbur.realtime.room.Lane;
import io.stabbur.realtime.room.Wire;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One socket: reads frames and gives them to its channels. A malformed frame is dropped, and the
/// socket stays open.
final class SocketHandler extends SimpleChannelInboundHandler<WebSocketFrame> implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(SocketHandler.class);
  private static final int NORMAL = 1000;
  private static final int TOO_BIG = 1009;

  private final SocketUpgrade.Accepted accepted;
  private final Lane lane;
  private final Backlogs backlogs;
  private @Nullable Outbox outbox;
  private @Nullable Channels channels;
  private @Nullable Hold hold;
  private @Nullable ChannelHandlerContext context;

  SocketHandler(SocketUpgrade.Accepted accepted, Lane lane, Backlogs backlogs) {
    this.accepted = accepted;
    this.lane = lane;
    this.backlogs = backlogs;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    outbox = new Outbox(added, lane, backlogs);
    channels = new Channels(accepted.project(), this, accepted.caller(), accepted.key());
    hold = accepted.caller().project().hold();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext from, WebSocketFrame frame) {
    var open = channels;
    if (open == null) {
      return;
    }
    open.hear();
    switch (frame) {
      case TextWebSocketFrame text ->
          push(open, TextFrames.read(accepted.wire(), ByteBufUtil.getBytes(text.content())));
      case BinaryWebSocketFrame binary ->
          push(
              open,
              accepted.wire() == Wire.V2 ? BinaryFrames.read(binary.content()) : Optional.empty());
      case PingWebSocketFrame ping -> sendFirst(Frame.pong(ByteBufUtil.getBytes(ping.content())));
      case CloseWebSocketFrame _ -> disconnect(NORMAL);
      default -> {
        // a pong, which counts as a sign of life
      }
    }
  }

  private static void push(Channels open, Optional<Push> push) {
    if (push.isPresent()) {
      open.push(push.get());
    } else {
      LOG.debug("A malformed frame of a client was dropped");
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext from) {
    if (outbox != null) {
      outbox.writabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    end();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext from) {
    end();
  }

  private void end() {
    if (outbox != null) {
      outbox.end();
    }
    if (channels != null) {
      channels.close();
    }
    if (hold != null) {
      hold.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (cause instanceof TooLongFrameException) {
      disconnect(TOO_BIG);
      return;
    }
    LOG.debug("A socket failed", cause);
    var _ = from.close();
  }

  @Override
  public Wire wire() {
    return accepted.wire();
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public void send(Frame frame) {
    if (outbox != null) {
      outbox.send(frame);
    }
  }

  @Override
  public void sendFirst(Frame frame) {
    if (outbox != null) {
      outbox.sendFirst(frame);
    }
  }

  @Override
  public void pause() {
    read(false);
  }

  @Override
  public void resume() {
    read(true);
  }

  private void read(boolean automatically) {
    if (context != null) {
      context.channel().config().setAutoRead(automatically);
    }
  }

  @Override
  public void disconnect(int code) {
    if (outbox != null) {
      outbox.close(code);
    }
  }
}

package io.stabbur.realtime.socket;

import io.netty.channel.ChannelHandlerContext;
import io.stabbur.realtime.room.Frame;
import io.stabbur.realtime.room.Lane;
import java.util.ArrayDeque;

/// What goes out on one socket. Netty gets as much as the connection takes at the moment; the rest
/// waits here, so that the answer to a heartbeat overtakes it. A reader for whom too much waits is
/// closed with 1013, "try again later". On the socket's lane only.
final class Outbox {
  private static final int TRY_AGAIN_LATER = 1013;

  /// Most bytes of overtaking frames that Netty keeps while the connection takes nothing.
  private static final long MOST_OVERTAKING = 64 * 1024;

  private final ChannelHandlerContext context;
  private final Lane lane;
  private final Backlogs backlogs;
  private final ArrayDeque<Frame> waiting = new ArrayDeque<>(0);
  private long waitingBytes;
  private long overtakingBytes;
  private boolean isDirty;
  private boolean isClosing;

  Outbox(ChannelHandlerContext context, Lane lane, Backlogs backlogs) {
    this.context = context;
    this.lane = lane;
    this.backlogs = backlogs;
  }

  void send(Frame frame) {
    if (isClosing) {
      return;
    }
    if (waiting.isEmpty() && context.channel().isWritable()) {
      write(frame);
      return;
    }
    waiting.add(frame);
    count(frame.size());
    if (!backlogs.add(frame.size(), waitingBytes)) {
      close(TRY_AGAIN_LATER);
    }
  }

  /// Overtakes what waits. A reader for whom too many of such frames wait is closed as well.
  void sendFirst(Frame frame) {
    if (isClosing) {
      return;
    }
    if (!context.channel().isWritable()) {
      overtakingBytes += frame.size();
      if (overtakingBytes > MOST_OVERTAKING) {
        close(TRY_AGAIN_LATER);
        return;
      }
    }
    write(frame);
  }

  /// The connection takes more again, or no longer does.
  void writabilityChanged() {
    if (context.channel().isWritable()) {
      overtakingBytes = 0;
    }
    while (context.channel().isWritable() && !waiting.isEmpty()) {
      var frame = waiting.poll();
      count(-frame.size());
      backlogs.remove(frame.size());
      write(frame);
    }
  }

  /// Says why and ends the connection; nothing else is sent.
  void close(int code) {
    if (isClosing) {
      return;
    }
    isClosing = true;
    drop();
    var _ =
        context
            .writeAndFlush(Frame.close(code).buffer())
            .addListener(_ -> lane.execute(this::disconnect));
    if (!context.channel().isWritable()) {
      // whoever reads nothing does not read the close frame either
      lane.execute(this::disconnect);
    }
  }

  private void disconnect() {
    var _ = context.close();
  }

  /// The connection is gone.
  void end() {
    isClosing = true;
    drop();
  }

  private void count(long bytes) {
    waitingBytes += bytes;
  }

  private void drop() {
    backlogs.remove(waitingBytes);
    waitingBytes = 0;
    waiting.clear();
  }

  private void write(Frame frame) {
    var _ = context.write(frame.buffer(), context.voidPromise());
    if (!isDirty) {
      isDirty = true;
      lane.flushLater(this::flush);
    }
  }

  private void flush() {
    isDirty = false;
    context.flush();
  }
}

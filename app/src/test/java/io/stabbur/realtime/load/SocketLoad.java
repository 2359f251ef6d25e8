package io.stabbur.realtime.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.stabbur.testing.Await;
import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;

/// Many sockets that join topics, on one thread and with little memory: frames of the server are
/// counted, not parsed. A broadcast carries the time it was sent at, so latencies are known where
/// both ends are this process.
public final class SocketLoad implements Closeable {
  /// What a broadcast's payload begins its time with; see [#broadcast].
  private static final byte[] SENT = "\"sent\":\"".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] ACCEPTED = "\"status\":\"ok\"".getBytes(StandardCharsets.US_ASCII);

  private static final int DIGITS = 19;
  private static final byte[] HEARTBEAT =
      "[null,\"0\",\"phoenix\",\"heartbeat\",{}]".getBytes(StandardCharsets.US_ASCII);

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Channel> sockets = new ArrayList<>();
  private final AtomicInteger joined = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final LongAdder received = new LongAdder();
  private final LongAdder accepted = new LongAdder();
  private final ConcurrentLinkedQueue<Long> latencies = new ConcurrentLinkedQueue<>();
  private final String host;
  private final int port;
  private final String key;

  public SocketLoad(String host, int port, String key) {
    this.host = host;
    this.port = port;
    this.key = key;
  }

  /// Opens sockets that join the topic of their number, so many at a time, and waits until all
  /// joined.
  public void open(int count, int atOnce, IntFunction<String> topic, Duration limit) {
    openWith(
        count,
        atOnce,
        number ->
            List.of(
                "[\"1\",\"1\",\"%s\",\"phx_join\",{\"config\":{\"presence\":{\"enabled\":false}}}]"
                    .formatted(topic.apply(number))),
        limit);
  }

  /// The same for sockets that send these frames as soon as they are open. They count as joined
  /// when the first answer has come.
  public void openWith(int count, int atOnce, IntFunction<List<String>> frames, Duration limit) {
    int before = joined.get();
    int first = sockets.size();
    for (int i = 0; i < count; i++) {
      int number = first + i;
      if (number - first - (joined.get() - before) >= atOnce) {
        int wanted = before + number - first - atOnce / 2;
        Await.until("sockets joined", limit, () -> joined.get() >= wanted);
      }
      sockets.add(connect(frames.apply(number)));
    }
    Await.until("all sockets joined", limit, () -> joined.get() >= before + count);
  }

  private Channel connect(List<String> frames) {
    return new Bootstrap()
        .group(group)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_RCVBUF, 32 * 1024)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Socket(frames));
              }
            })
        .connect(host, port)
        .channel();
  }

  /// One socket: its handshake, its join, and the frames that come.
  private final class Socket extends ChannelInboundHandlerAdapter {
    private final List<String> frames;
    private ByteBuf rest = Unpooled.EMPTY_BUFFER;
    private boolean isOpen;
    private boolean hasJoined;

    private Socket(List<String> frames) {
      this.frames = frames;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      var request =
          "GET /realtime/v1/websocket?vsn=2.0.0&apikey="
              + key
              + " HTTP/1.1\r\nHost: load\r\n"
              + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
      var _ = context.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var input = Unpooled.wrappedBuffer(rest, (ByteBuf) message);
      if (!isOpen) {
        isOpen = opened(context, input);
      }
      while (isOpen && frame(input)) {
        // the next one
      }
      rest = input.isReadable() ? Unpooled.copiedBuffer(input) : Unpooled.EMPTY_BUFFER;
      input.release();
    }

    private boolean opened(ChannelHandlerContext context, ByteBuf input) {
      var text = input.toString(StandardCharsets.US_ASCII);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        return false;
      }
      input.skipBytes(end + 4);
      for (var frame : frames) {
        var _ = context.write(masked(frame.getBytes(StandardCharsets.UTF_8)));
      }
      context.flush();
      return true;
    }

    private boolean frame(ByteBuf input) {
      int at = input.readerIndex();
      if (input.readableBytes() < 2) {
        return false;
      }
      int small = input.getUnsignedByte(at + 1);
      int head = small == 126 ? 4 : small == 127 ? 10 : 2;
      if (input.readableBytes() < head) {
        return false;
      }
      long length =
          small == 126
              ? input.getUnsignedShort(at + 2)
              : small == 127 ? input.getLong(at + 2) : small;
      if (input.readableBytes() < head + length) {
        return false;
      }
      if (indexOf(ACCEPTED, input, at + head, at + head + (int) length) >= 0) {
        accepted.increment();
      }
      if (!hasJoined) {
        hasJoined = true;
        joined.incrementAndGet();
      } else {
        received.increment();
        note(input, at + head, (int) length);
      }
      input.skipBytes(head + (int) length);
      return true;
    }

    private void note(ByteBuf input, int from, int length) {
      int found = indexOf(SENT, input, from, from + length - DIGITS);
      if (found >= 0) {
        long sent = 0;
        for (int i = 0; i < DIGITS; i++) {
          sent = sent * 10 + input.getByte(found + SENT.length + i) - '0';
        }
        latencies.add(System.nanoTime() - sent);
      }
    }

    private static int indexOf(byte[] wanted, ByteBuf input, int from, int to) {
      outer:
      for (int i = from; i <= to - wanted.length; i++) {
        for (int j = 0; j < wanted.length; j++) {
          if (input.getByte(i + j) != wanted[j]) {
            continue outer;
          }
        }
        return i;
      }
      return -1;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      closed.incrementAndGet();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  /// Sends a broadcast from one socket to the topic it joined.
  public void broadcast(int socket, String topic, String filler) {
    var payload =
        "[\"1\",null,\"%s\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{\"sent\":\"%019d\",\"x\":\"%s\"}}]"
            .formatted(topic, System.nanoTime(), filler);
    var _ = sockets.get(socket).writeAndFlush(masked(payload.getBytes(StandardCharsets.UTF_8)));
  }

  /// Sends one heartbeat from each socket.
  public void heartbeats() {
    for (var each : sockets) {
      var _ = each.writeAndFlush(masked(HEARTBEAT));
    }
  }

  /// Frames that came after the answers to the joins.
  public long received() {
    return received.sum();
  }

  /// Answers that said `ok`, those to joins included.
  public long accepted() {
    return accepted.sum();
  }

  /// Sockets that the server closed.
  public int closed() {
    return closed.get();
  }

  /// Nanoseconds from a broadcast to its arrival, sorted; forgotten afterwards.
  public List<Long> takeLatencies() {
    var all = new ArrayList<Long>();
    for (var each = latencies.poll(); each != null; each = latencies.poll()) {
      all.add(each);
    }
    all.sort(null);
    return all;
  }

  /// A text frame of a client, masked with zeros: the text stands as it is.
  private static ByteBuf masked(byte[] text) {
    var frame = Unpooled.buffer(text.length + 8);
    frame.writeByte(0x81);
    if (text.length < 126) {
      frame.writeByte(0x80 | text.length);
    } else {
      frame.writeByte(0x80 | 126).writeShort(text.length);
    }
    return frame.writeInt(0).writeBytes(text);
  }

  @Override
  public void close() {
    for (var each : sockets) {
      var _ = each.close();
    }
    var _ = group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}

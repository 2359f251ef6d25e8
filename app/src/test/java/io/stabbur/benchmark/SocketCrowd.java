package io.stabbur.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Many WebSockets driven by one thread, so that the generator takes little of the processors it
/// shares with what it measures. Frames of the client are masked with zeros, which RFC 6455 allows.
final class SocketCrowd implements AutoCloseable {
  private static final String HANDSHAKE =
      """
      GET /realtime/v1/websocket?vsn=2.0.0&apikey=%s HTTP/1.1
      Host: 127.0.0.1
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

      """;
  private static final byte[] UNMASKED = {0, 0, 0, 0};
  private static final int FINAL_TEXT = 0x81;
  private static final int MASKED = 0x80;

  private final int port;
  private final String key;
  private final Listener listener;
  private final Selector selector;
  private final List<Line> lines = new ArrayList<>();

  /// Gets each frame of the server.
  interface Listener {
    void frame(int socket, byte[] bytes, int from, int to);
  }

  private static final class Line {
    private final int number;
    private final SocketChannel channel;
    private byte[] bytes = new byte[1024];
    private int filled;

    Line(int number, SocketChannel channel) {
      this.number = number;
      this.channel = channel;
    }
  }

  SocketCrowd(int port, String key, Listener listener) throws IOException {
    this.port = port;
    this.key = key;
    this.listener = listener;
    this.selector = Selector.open();
  }

  int size() {
    return lines.size();
  }

  /// Opens one more socket; returns its number.
  int open() throws IOException {
    var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    var line = new Line(lines.size(), channel);
    channel.write(
        ByteBuffer.wrap(
            HANDSHAKE.replace("\n", "\r\n").formatted(key).getBytes(StandardCharsets.US_ASCII)));
    shake(line);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, line);
    lines.add(line);
    return line.number;
  }

  private static void shake(Line line) throws IOException {
    while (true) {
      fill(line);
      var head = new String(line.bytes, 0, line.filled, StandardCharsets.US_ASCII);
      int end = head.indexOf("\r\n\r\n");
      if (end >= 0) {
        if (!head.startsWith("HTTP/1.1 101")) {
          throw new IOException("the server refused a socket: " + head.lines().findFirst());
        }
        consume(line, end + 4);
        return;
      }
    }
  }

  /// Sends a text frame; waits where the server takes nothing.
  void send(int socket, String text) throws IOException {
    var payload = text.getBytes(StandardCharsets.UTF_8);
    var frame = ByteBuffer.allocate(payload.length + 8).put((byte) FINAL_TEXT);
    if (payload.length < 126) {
      frame.put((byte) (MASKED | payload.length));
    } else {
      frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
    }
    frame.put(UNMASKED).put(payload).flip();
    while (frame.hasRemaining()) {
      lines.get(socket).channel.write(frame);
    }
  }

  /// Reads what has come, or waits so long for something.
  void read(long millis) throws IOException {
    if (millis <= 0) {
      selector.selectNow(key -> read((Line) key.attachment()));
    } else {
      selector.select(key -> read((Line) key.attachment()), millis);
    }
  }

  private void read(Line line) {
    try {
      fill(line);
      int from = 0;
      while (true) {
        int next = frame(line, from);
        if (next < 0) {
          break;
        }
        from = next;
      }
      consume(line, from);
    } catch (IOException e) {
      throw new UncheckedIOException("socket " + line.number, e);
    }
  }

  /// The end of the frame that begins there; -1 if it is not whole.
  private int frame(Line line, int from) throws IOException {
    int available = line.filled - from;
    if (available < 2) {
      return -1;
    }
    if ((line.bytes[from] & 0x0F) == 8) {
      throw new EOFException("the server closed it");
    }
    int length = line.bytes[from + 1] & 0x7F;
    int head = 2;
    if (length == 126) {
      if (available < 4) {
        return -1;
      }
      length = ((line.bytes[from + 2] & 0xFF) << 8) | (line.bytes[from + 3] & 0xFF);
      head = 4;
    } else if (length == 127) {
      throw new IOException("a frame is longer than expected");
    }
    if (available < head + length) {
      return -1;
    }
    listener.frame(line.number, line.bytes, from + head, from + head + length);
    return from + head + length;
  }

  private static void fill(Line line) throws IOException {
    if (line.filled == line.bytes.length) {
      line.bytes = Arrays.copyOf(line.bytes, line.bytes.length * 4);
    }
    int read =
        line.channel.read(
            ByteBuffer.wrap(line.bytes, line.filled, line.bytes.length - line.filled));
    if (read < 0) {
      throw new EOFException("the server ended it");
    }
    line.filled += read;
  }

  private static void consume(Line line, int count) {
    System.arraycopy(line.bytes, count, line.bytes, 0, line.filled - count);
    line.filled -= count;
  }

  @Override
  public void close() throws IOException {
    for (var line : lines) {
      line.channel.close();
    }
    selector.close();
  }
}

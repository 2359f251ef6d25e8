package io.stabbur.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/// So many connections that each ask again as soon as they are answered, driven by one thread, so
/// that the generator takes little of the processors it shares with what it measures.
final class Load {
  private static final int BUFFER = 1 << 16;

  private final List<byte[]> requests;
  private final LongStream.Builder times = LongStream.builder();
  private int next;
  private int refused;

  private Load(List<byte[]> requests) {
    this.requests = requests;
  }

  /// @param refused answers with another status than 200 and 201
  record Result(Latencies latencies, int refused) {}

  static Result run(int port, int connections, List<byte[]> requests, Duration time)
      throws IOException {
    var load = new Load(requests);
    load.run(port, connections, System.nanoTime() + time.toNanos());
    return new Result(new Latencies(load.times.build().toArray()), load.refused);
  }

  /// One connection and the request it waits for.
  private static final class Line {
    private final SocketChannel channel;
    private final byte[] bytes = new byte[BUFFER];
    private final ByteBuffer answer = ByteBuffer.wrap(bytes);
    private long asked;

    Line(SocketChannel channel) {
      this.channel = channel;
    }
  }

  private void run(int port, int connections, long end) throws IOException {
    var lines = new ArrayList<Line>();
    try (var selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        var channel =
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        var line = new Line(channel);
        channel.register(selector, SelectionKey.OP_READ, line);
        lines.add(line);
        ask(line);
      }
      while (System.nanoTime() < end) {
        selector.select(key -> read((Line) key.attachment()), 100);
      }
    } finally {
      for (var line : lines) {
        line.channel.close();
      }
    }
  }

  private void ask(Line line) throws IOException {
    var request = ByteBuffer.wrap(requests.get(next++ % requests.size()));
    line.asked = System.nanoTime();
    while (request.hasRemaining()) {
      line.channel.write(request);
    }
  }

  private void read(Line line) {
    try {
      if (line.channel.read(line.answer) < 0) {
        throw new EOFException("the server ended a connection");
      }
      if (isWhole(line.bytes, line.answer.position())) {
        times.add(System.nanoTime() - line.asked);
        line.answer.clear();
        ask(line);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a connection broke", e);
    }
  }

  /// Counts answers that are no success on the way.
  private boolean isWhole(byte[] bytes, int count) {
    int head = end(bytes, count);
    if (head < 0) {
      return false;
    }
    var text = new String(bytes, 0, head, StandardCharsets.ISO_8859_1);
    int length = text.toLowerCase(Locale.ROOT).indexOf("content-length: ");
    if (length < 0) {
      throw new IllegalStateException("an answer without a length: " + text);
    }
    int from = length + "content-length: ".length();
    int body = Integer.parseInt(text.substring(from, text.indexOf('\r', from)));
    if (count < head + body) {
      return false;
    }
    if (!text.startsWith("HTTP/1.1 200") && !text.startsWith("HTTP/1.1 201")) {
      refused++;
    }
    return true;
  }

  /// Where the head ends, its empty line included; -1 if it has not come yet.
  private static int end(byte[] bytes, int length) {
    for (int i = 3; i < length; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }
}

package io.stabbur.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/// Somebody who reads a single row, or something as light, a hundred times a second, on one
/// connection, beside whatever else is measured.
final class RowReads implements AutoCloseable {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

  private final Socket socket;
  private final byte[] request;
  private final byte[] answer = new byte[1 << 14];
  private LongStream.Builder times = LongStream.builder();
  private volatile boolean isClosed;

  RowReads(int port, String key, String path) throws IOException {
    this(port, key, key, path);
  }

  /// The same as somebody who has signed in.
  RowReads(int port, String key, String token, String path) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    request =
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\napikey: %s\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(path, key, token)
            .getBytes(StandardCharsets.US_ASCII);
    var _ = Thread.ofPlatform().name("row-reads").start(this::run);
  }

  /// What was read took, since this was asked last.
  synchronized Latencies take() {
    var taken = new Latencies(times.build().toArray());
    times = LongStream.builder();
    return taken;
  }

  private synchronized void add(long nanos) {
    times.add(nanos);
  }

  private void run() {
    try {
      long due = System.nanoTime();
      while (!isClosed) {
        long start = System.nanoTime();
        socket.getOutputStream().write(request);
        read();
        add(System.nanoTime() - start);
        due = Math.max(due + PAUSE, System.nanoTime());
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      }
    } catch (IOException | InterruptedException e) {
      if (!isClosed) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void read() throws IOException {
    int filled = 0;
    while (true) {
      int count = socket.getInputStream().read(answer, filled, answer.length - filled);
      if (count < 0) {
        throw new EOFException("the server ended the connection");
      }
      filled += count;
      var text = new String(answer, 0, filled, StandardCharsets.ISO_8859_1);
      int head = text.indexOf("\r\n\r\n");
      if (head >= 0 && filled >= head + 4 + length(text)) {
        if (!text.startsWith("HTTP/1.1 200")) {
          throw new IOException("not a row: " + text);
        }
        return;
      }
    }
  }

  private static int length(String text) throws IOException {
    var name = "content-length: ";
    int at = text.toLowerCase(Locale.ROOT).indexOf(name);
    if (at < 0) {
      throw new IOException("an answer without a length: " + text);
    }
    int from = at + name.length();
    return Integer.parseInt(text.substring(from, text.indexOf('\r', from)));
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    socket.close();
  }
}

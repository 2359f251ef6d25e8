package io.stabbur.attack;

import io.stabbur.attack.Request.Header;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection that is kept open between requests. It sends what it is given, also what
/// a well-behaved client's library would refuse to send.
final class Wire implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int SILENCE_MILLIS = 400;
  private static final long LISTENING_NANOS = 800_000_000;
  private final int port;
  private @Nullable Socket socket;
  private InputStream in = InputStream.nullInputStream();

  Wire(int port) {
    this.port = port;
  }

  /// What a socket is sent until it has been silent for a while; 200 where a join was accepted.
  private static Answer talk(int port, Request request) {
    try (var wire = new Wire(port)) {
      var upgraded = wire.attempt(request.bytes(new byte[0]));
      var open = wire.socket;
      if (upgraded.status() != 101 || open == null) {
        return upgraded;
      }
      for (var frame : new String(request.body(), StandardCharsets.UTF_8).split("\n", -1)) {
        open.getOutputStream().write(Frames.masked(frame));
      }
      open.setSoTimeout(SILENCE_MILLIS);
      var text = Frames.read(wire.in, System.nanoTime() + LISTENING_NANOS);
      int status = text.contains("\"status\":\"ok\"") ? 200 : 403;
      return new Answer(status, List.of(), text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return none(e);
    }
  }

  /// Sends a request and reads its answer. A kept connection that the server closed meanwhile is
  /// replaced once.
  Answer send(Request request) {
    if (request.headers().stream().anyMatch(each -> each.name().equals("Upgrade"))) {
      return talk(port, request);
    }
    boolean kept = socket != null;
    try {
      return attempt(request);
    } catch (IOException e) {
      close();
      if (!kept) {
        return none(e);
      }
    }
    try {
      return attempt(request);
    } catch (IOException e) {
      close();
      return none(e);
    }
  }

  private static Answer none(IOException e) {
    return new Answer(0, List.of(), String.valueOf(e).getBytes(StandardCharsets.UTF_8));
  }

  private Answer attempt(Request request) throws IOException {
    var open = socket;
    if (open == null) {
      open = new Socket(InetAddress.getLoopbackAddress(), port);
      open.setTcpNoDelay(true);
      open.setSoTimeout(PATIENCE_MILLIS);
      in = new BufferedInputStream(open.getInputStream(), 1 << 14);
      socket = open;
    }
    open.getOutputStream().write(bytes(request));
    return read(request.method().equals("HEAD"));
  }

  private byte[] bytes(Request request) {
    var head = new StringBuilder(request.method()).append(' ').append(request.target());
    head.append(" HTTP/1.1\r\nHost: 127.0.0.1:").append(port).append("\r\n");
    request
        .headers()
        .forEach(each -> head.append(each.name()).append(": ").append(each.value()).append("\r\n"));
    if (request.body().length > 0 || !request.reads()) {
      head.append("Content-Length: ").append(request.body().length).append("\r\n");
    }
    var start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    var all = java.util.Arrays.copyOf(start, start.length + request.body().length);
    System.arraycopy(request.body(), 0, all, start.length, request.body().length);
    return all;
  }

  private Answer read(boolean withoutBody) throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    if (status == 100) {
      headers();
      return read(withoutBody);
    }
    var headers = headers();
    var bare = new Answer(status, headers, new byte[0]);
    boolean isBare = withoutBody || status == 101 || status == 204 || status == 304;
    var body = isBare ? new byte[0] : body(bare);
    if ("close".equalsIgnoreCase(bare.header("Connection"))) {
      close();
    }
    return new Answer(status, headers, body);
  }

  private List<Header> headers() throws IOException {
    var headers = new ArrayList<Header>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return headers;
  }

  private byte[] body(Answer answer) throws IOException {
    var coding = answer.header("Transfer-Encoding");
    if (coding != null && coding.toLowerCase(Locale.ROOT).contains("chunked")) {
      return chunks();
    }
    var length = answer.header("Content-Length");
    return length == null ? new byte[0] : exactly(Integer.parseInt(length));
  }

  private byte[] chunks() throws IOException {
    var all = new ByteArrayOutputStream();
    while (true) {
      var head = line();
      int size = Integer.parseInt(head.split(";", 2)[0].strip(), 16);
      all.write(exactly(size));
      if (size == 0) {
        headers();
        return all.toByteArray();
      }
      line();
    }
  }

  private byte[] exactly(int length) throws IOException {
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer ends early");
    }
    return bytes;
  }

  private String line() throws IOException {
    var text = new StringBuilder(80);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection was closed");
      }
      if (c != '\r') {
        text.append((char) c);
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    try (var open = socket) {
      socket = null;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

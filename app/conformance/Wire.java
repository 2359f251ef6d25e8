import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// One connection to an HTTP server, on which one request follows the other.
final class Wire {
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

  private final URI url;
  private final Socket socket;
  private final InputStream in;

  Wire(URI url) throws IOException {
    this.url = url;
    this.socket = new Socket(url.getHost(), url.getPort());
    this.socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
  }

  /// The body of the answer, which must be a 200.
  ///
  /// @param headers names and values in turn
  String ask(String method, String path, byte[] body, String... headers) throws IOException {
    return new String(bytes(method, path, body, headers), StandardCharsets.UTF_8);
  }

  byte[] bytes(String method, String path, byte[] body, String... headers) throws IOException {
    var head = new StringBuilder(method + " " + url.getPath() + path + " HTTP/1.1\r\n");
    head.append("Host: ").append(url.getAuthority()).append("\r\n");
    head.append("Content-Length: ").append(body.length).append("\r\n");
    for (int i = 0; i < headers.length; i += 2) {
      head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    var out = socket.getOutputStream();
    var start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    if (body.length < 1 << 14) {
      var whole = java.util.Arrays.copyOf(start, start.length + body.length);
      System.arraycopy(body, 0, whole, start.length, body.length);
      out.write(whole);
    } else {
      out.write(start);
      out.write(body);
    }
    var answered = head();
    var answer = body(answered);
    if (!answered.startsWith("HTTP/1.1 200")) {
      var text = new String(answer, StandardCharsets.UTF_8);
      throw new IllegalStateException(path + ": " + answered.lines().findFirst() + " " + text);
    }
    return answer;
  }

  private String head() throws IOException {
    var head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      head.append((char) next());
    }
    return head.toString();
  }

  private byte[] body(String head) throws IOException {
    var length = LENGTH.matcher(head);
    if (length.find()) {
      return in.readNBytes(Integer.parseInt(length.group(1)));
    }
    var body = new java.io.ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      body.write(in.readNBytes(size));
      line();
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int next = next(); next != '\n'; next = next()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  private int next() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("the server ended a connection");
    }
    return next;
  }
}

package io.stabbur.platform.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// HTTP/1.1 calls to addresses that somebody else chose. The name is resolved once, every address
/// is asked for permission, and the connection goes to the address that was permitted: a name that
/// resolves differently a moment later leads nowhere else. No redirect is followed, no proxy used.
public final class PinnedCalls {
  private static final int LONGEST_LINE = 16 * 1024;
  private static final int MOST_HEADERS = 200;

  /// Of one answer, and once more of what follows its chunks.
  private static final int LARGEST_HEADERS = 64 * 1024;

  private static final int STEP = 64 * 1024;

  private static final Pattern WORD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]+");

  private PinnedCalls() {}

  /// What is sent.
  ///
  /// @param body empty for none; it is sent as it stands, without a copy
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Call(String method, URI uri, Map<String, String> headers, byte[] body) {
    public Call {
      headers = Map.copyOf(headers);
    }
  }

  /// What came back; names of headers are lower case.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public Answer {
      headers = Map.copyOf(headers);
    }
  }

  /// The address is none that may be called.
  public static final class Denied extends IOException {
    private static final long serialVersionUID = 1L;

    Denied() {
      super("the address may not be called from here");
    }
  }

  /// The response is larger than its limit.
  public static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge(int most) {
      super("the response has more than " + most + " bytes");
    }
  }

  /// Asked for memory before a body grows: it may wait, or refuse with an exception.
  public interface Memory {
    /// Takes what is lacking, or refuses.
    ///
    /// @param bytes that the body has then, at most
    void reserve(int bytes) throws IOException;
  }

  /// Sends a call and reads the whole response.
  ///
  /// @param isAllowed whether an address and port may be connected to
  /// @param patience limit of all of it, the look-up of the name included: nothing is connected to
  ///   when it is over
  public static Answer send(
      Call call,
      Predicate<InetSocketAddress> isAllowed,
      int mostBytes,
      Duration patience,
      Memory memory)
      throws IOException {
    var isLate = new AtomicBoolean();
    try (var socket = new Socket()) {
      var timer = Thread.ofVirtual().start(() -> closeAfter(patience, socket, isLate));
      try {
        // a socket that the timer has closed connects to nothing
        socket.connect(
            target(call.uri(), isAllowed), Math.toIntExact(Math.max(1, patience.toMillis())));
        try (var secured = secured(socket, call.uri())) {
          secured.getOutputStream().write(head(call));
          secured.getOutputStream().write(call.body());
          secured.getOutputStream().flush();
          var body = new Body(mostBytes, memory);
          return answer(new BufferedInputStream(secured.getInputStream()), call, body);
        }
      } catch (IOException e) {
        if (isLate.get() && !(e instanceof SocketTimeoutException)) {
          throw new SocketTimeoutException("no whole answer in time");
        }
        throw e;
      } finally {
        timer.interrupt();
      }
    }
  }

  private static void closeAfter(Duration patience, Socket socket, AtomicBoolean isLate) {
    try {
      Thread.sleep(patience);
      isLate.set(true);
      socket.close();
    } catch (InterruptedException | IOException e) {
      // the call has ended in time, or the socket is closed already
    }
  }

  private static InetSocketAddress target(URI uri, Predicate<InetSocketAddress> isAllowed)
      throws IOException {
    var host = uri.getHost();
    if (host == null || !String.valueOf(uri.getScheme()).matches("(?i)https?")) {
      throw new IOException("the address is not of an HTTP server");
    }
    int usual = isSecure(uri) ? 443 : 80;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    var all =
        Arrays.stream(InetAddress.getAllByName(bare))
            .map(address -> new InetSocketAddress(address, port))
            .toList();
    // one forbidden address among them is reason enough to distrust the name
    if (!all.stream().allMatch(isAllowed)) {
      throw new Denied();
    }
    return all.getFirst();
  }

  private static boolean isSecure(URI uri) {
    return uri.getScheme().equalsIgnoreCase("https");
  }

  private static Socket secured(Socket socket, URI uri) throws IOException {
    if (!isSecure(uri)) {
      return socket;
    }
    var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    var secured = (SSLSocket) factory.createSocket(socket, uri.getHost(), socket.getPort(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  private static byte[] head(Call call) throws IOException {
    var uri = call.uri();
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    if (!WORD.matcher(call.method()).matches()) {
      throw new IOException("the method is not one of HTTP");
    }
    var head = new StringBuilder();
    head.append(call.method()).append(' ').append(path).append(query).append(" HTTP/1.1\r\n");
    for (var header : headers(call).entrySet()) {
      if (!WORD.matcher(header.getKey()).matches()
          || header.getValue().chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
        throw new IOException("a header is not one of HTTP");
      }
      head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /// Those of the call with ours in place of what a client decides for each hop.
  private static Map<String, String> headers(Call call) {
    var uri = call.uri();
    var headers = new LinkedHashMap<String, String>();
    call.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    for (var ours : new String[] {"transfer-encoding", "upgrade", "expect", "te", "trailer"}) {
      headers.remove(ours);
    }
    headers.put("host", uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
    headers.put("connection", "close");
    headers.put("accept-encoding", "identity");
    headers.putIfAbsent("accept", "*/*");
    headers.remove("content-length");
    if (call.body().length > 0 || call.method().equals("POST")) {
      headers.put("content-length", Integer.toString(call.body().length));
    }
    return headers;
  }

  private static Answer answer(InputStream in, Call call, Body body) throws IOException {
    while (true) {
      var status = line(in).split(" ", 3);
      if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("[0-9]{3}")) {
        throw notHttp();
      }
      int code = Integer.parseInt(status[1]);
      var headers = headers(in);
      if (code >= 200) {
        read(in, headers, code, call, body);
        return new Answer(code, headers, body.bytes());
      }
    }
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    var headers = new LinkedHashMap<String, String>();
    int size = 0;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      size += line.length();
      if (size > LARGEST_HEADERS) {
        throw new IOException("the headers of the answer are too long");
      }
      int colon = line.indexOf(':');
      if (colon > 0 && headers.size() < MOST_HEADERS) {
        headers.merge(
            line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip(),
            (one, other) -> one + ", " + other);
      }
    }
    return headers;
  }

  private static void read(
      InputStream in, Map<String, String> headers, int code, Call call, Body body)
      throws IOException {
    if (code == 204 || code == 304 || call.method().equals("HEAD")) {
      return;
    }
    if (headers
        .getOrDefault("transfer-encoding", "")
        .toLowerCase(Locale.ROOT)
        .contains("chunked")) {
      readChunks(in, body);
      return;
    }
    var length = headers.get("content-length");
    if (length == null) {
      body.readAll(in);
    } else {
      body.read(in, number(once(length), 10));
    }
  }

  /// The length of a header that a server repeats, which is `5, 5` here.
  private static String once(String length) throws IOException {
    var lengths = Stream.of(length.split(",", -1)).map(String::strip).distinct().toList();
    if (lengths.size() != 1) {
      throw notHttp();
    }
    return lengths.getFirst();
  }

  private static void readChunks(InputStream in, Body body) throws IOException {
    while (true) {
      long size = number(line(in).replaceFirst(";.*", "").strip(), 16);
      if (size == 0) {
        var _ = headers(in);
        return;
      }
      body.read(in, size);
      if (!line(in).isEmpty()) {
        throw notHttp();
      }
    }
  }

  /// The body of an answer while it arrives.
  private static final class Body {
    private final int most;
    private final Memory memory;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int reserved;

    Body(int most, Memory memory) {
      this.most = most;
      this.memory = memory;
    }

    void read(InputStream in, long length) throws IOException {
      if (length > most - bytes.size()) {
        throw new TooLarge(most);
      }
      if (readUpTo(in, length) < length) {
        throw new EOFException("the answer was cut short");
      }
    }

    void readAll(InputStream in) throws IOException {
      long free = (long) most - bytes.size();
      if (readUpTo(in, free) == free && in.read() >= 0) {
        throw new TooLarge(most);
      }
    }

    private long readUpTo(InputStream in, long length) throws IOException {
      long left = length;
      while (left > 0) {
        int wanted = (int) Math.min(left, STEP);
        reserve(bytes.size() + wanted);
        var step = in.readNBytes(wanted);
        bytes.writeBytes(step);
        left -= step.length;
        if (step.length < wanted) {
          break;
        }
      }
      return length - left;
    }

    private void reserve(int size) throws IOException {
      if (size > reserved) {
        reserved = Math.min(most, size + STEP);
        memory.reserve(reserved);
      }
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }

  /// How long a body or a chunk is; a number that no `long` holds is the largest of them, which is
  /// more than any limit.
  private static long number(String text, int radix) throws IOException {
    if (!(radix == 16 ? HEX : DIGITS).matcher(text).matches()) {
      throw notHttp();
    }
    try {
      return Long.parseLong(text, radix);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private static IOException notHttp() {
    return new IOException("the answer is not of HTTP");
  }

  private static String line(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server closed the connection without an answer");
      }
      if (bytes.size() >= LONGEST_LINE) {
        throw new IOException("a line of the answer is too long");
      }
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }
}

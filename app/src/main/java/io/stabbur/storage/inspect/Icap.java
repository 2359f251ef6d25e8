package io.stabbur.storage.inspect;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;

/// A scanner behind ICAP (RFC 3507): the file is shown as the answer to a request that never was
/// (`RESPMOD`). 204 lets it pass; 200 hands back the same, or something else in its place: a
/// cleaned file or a page that says why not. Then, and when a header says what was found, the file
/// is not taken.
final class Icap implements VirusScanner {
  private static final int USUAL_PORT = 1344;
  private static final int LONGEST_LINE = 8192;

  /// Of headers; one of several lines names each file that something was found in.
  private static final int MOST_LINES = 1000;

  private static final Pattern SIZE = Pattern.compile("[0-9A-Fa-f]{1,15}");
  private final URI address;
  private final int port;

  Icap(URI address) {
    this.address = address;
    this.port = address.getPort() < 0 ? USUAL_PORT : address.getPort();
  }

  @Override
  public Verdict scan(InputStream bytes, long size) throws IOException {
    try (var line =
        ScannerLine.open(
            () -> SocketChannel.open(new InetSocketAddress(address.getHost(), port)))) {
      var shown = sha256();
      // a scanner may hand the file back while it comes in
      var answer = new FutureTask<>(() -> answer(new BufferedInputStream(line.in())));
      Thread.ofVirtual().name("icap-answer").start(answer);
      boolean sent =
          line.send(
              out -> {
                out.write(head(size).getBytes(StandardCharsets.US_ASCII));
                body(new DigestInputStream(bytes, shown), out);
                out.flush();
              });
      return verdict(get(answer), sent, hex(shown));
    }
  }

  private static <T> T get(FutureTask<T> answer) throws IOException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IOException("the scanner's answer cannot be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private String head(long size) {
    var request = "GET http://stabbur.invalid/object HTTP/1.1\r\nHost: stabbur.invalid\r\n\r\n";
    var answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: "
            + size
            + "\r\n\r\n";
    return "RESPMOD "
        + address
        + " ICAP/1.0\r\nHost: "
        + address.getHost()
        + ':'
        + port
        + "\r\nAllow: 204\r\nConnection: close\r\nEncapsulated: req-hdr=0, res-hdr="
        + request.length()
        + ", res-body="
        + (request.length() + answer.length())
        + "\r\n\r\n"
        + request
        + answer;
  }

  private static void body(InputStream bytes, OutputStream out) throws IOException {
    var chunk = new byte[64 * 1024];
    for (int count; (count = bytes.readNBytes(chunk, 0, chunk.length)) > 0; ) {
      out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(chunk, 0, count);
      out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  /// What a scanner answers: what it found by its headers, and what it hands back instead.
  ///
  /// @param handedBack the digest of the file handed back
  private record Answer(String status, Optional<String> found, String handedBack) {}

  private static Answer answer(InputStream in) throws IOException {
    var status = line(in);
    var headers = headers(in);
    boolean body =
        is(status, "200") && headers.getOrDefault("encapsulated", "").contains("res-body");
    return new Answer(status, found(headers), body ? handedBack(in) : hex(sha256()));
  }

  /// The file is let pass as it is, or handed back as it was; whatever else comes is what the
  /// scanner wants to be there instead of it.
  private static Verdict verdict(Answer answer, boolean sent, String shown) throws IOException {
    if (answer.found().isPresent()) {
      return new Verdict.Infected(answer.found().get());
    }
    boolean passes = is(answer.status(), "204");
    if (!passes && !is(answer.status(), "200")) {
      throw new IOException("the scanner gives no verdict: " + answer.status());
    }
    if (!passes && !answer.handedBack().equals(shown)) {
      return new Verdict.Infected("unnamed");
    }
    if (!sent) {
      throw new IOException("the scanner gives a verdict on less than all bytes");
    }
    return new Verdict.Clean();
  }

  private static boolean is(String status, String code) {
    return (status + ' ').startsWith("ICAP/1.0 " + code + ' ');
  }

  /// The digest of the body behind the headers of the answer that comes back.
  private static String handedBack(InputStream in) throws IOException {
    var digest = sha256();
    var _ = line(in);
    headers(in);
    var buffer = new byte[64 * 1024];
    for (long left = chunk(in); left > 0; left = chunk(in)) {
      while (left > 0) {
        int count = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
        if (count == 0) {
          throw new IOException("the scanner's answer ends within its body");
        }
        digest.update(buffer, 0, count);
        left -= count;
      }
      if (!line(in).isEmpty()) {
        throw unreadable();
      }
    }
    return hex(digest);
  }

  private static long chunk(InputStream in) throws IOException {
    var size = line(in).replaceFirst(";.*", "").strip();
    if (!SIZE.matcher(size).matches()) {
      throw unreadable();
    }
    return Long.parseLong(size, 16);
  }

  private static IOException unreadable() {
    return new IOException("the scanner's answer cannot be read");
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<String> found(Map<String, String> headers) {
    for (var name : new String[] {"x-infection-found", "x-virus-id", "x-violations-found"}) {
      var value = headers.get(name);
      if (value != null && !value.equals("0")) {
        return Optional.of(value.replaceAll("(?s).*Threat=([^;]+).*", "$1"));
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    var headers = new LinkedHashMap<String, String>();
    var name = "";
    int lines = 0;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      boolean goesOn = line.charAt(0) == ' ' || line.charAt(0) == '\t';
      int colon = goesOn ? -1 : line.indexOf(':');
      if (++lines > MOST_LINES || (goesOn ? name.isEmpty() : colon <= 0)) {
        throw unreadable();
      }
      var value = line.substring(colon + 1).strip();
      if (goesOn) {
        headers.merge(name, value, (begun, rest) -> (begun + ' ' + rest).strip());
      } else {
        name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        headers.put(name, value);
      }
    }
    return headers;
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() > LONGEST_LINE) {
        throw unreadable();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}

package io.stabbur.storage.inspect;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A scanner behind ICAP (RFC 3507): the file is shown as the answer to a request that never was
/// (`RESPMOD`). 204 lets it pass; 200 hands back something else, and a header says what was found.
final class Icap implements VirusScanner {
  private static final int USUAL_PORT = 1344;
  private static final int LONGEST_LINE = 8192;
  private static final int MOST_HEADERS = 100;
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
      var out = line.out();
      out.write(head(size).getBytes(StandardCharsets.US_ASCII));
      body(bytes, out);
      out.flush();
      return verdict(new BufferedInputStream(line.in()));
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

  private static Verdict verdict(InputStream in) throws IOException {
    var status = line(in);
    var headers = headers(in);
    var found = found(headers);
    if (found.isPresent()) {
      return new Verdict.Infected(found.get());
    }
    if (status.startsWith("ICAP/1.0 204")) {
      return new Verdict.Clean();
    }
    if (!status.startsWith("ICAP/1.0 200")) {
      throw new IOException("the scanner gives no verdict: " + status);
    }
    // handed back: as it was, or a page that says why not
    return line(in).matches("HTTP/1\\.[01] 200.*")
        ? new Verdict.Clean()
        : new Verdict.Infected("unnamed");
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
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon <= 0 || headers.size() >= MOST_HEADERS) {
        throw new IOException("the scanner's answer cannot be read");
      }
      headers.put(
          line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() > LONGEST_LINE) {
        throw new IOException("the scanner's answer cannot be read");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}

package io.stabbur.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// A virus scanner that knows one virus, the industry's test string, and speaks clamd's INSTREAM or
/// ICAP's RESPMOD.
public final class ScannerPeer implements AutoCloseable {
  /// What every scanner reports as found and harms nobody.
  public static final String TEST_VIRUS =
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*";

  /// What the scanner speaks.
  public enum Protocol {
    CLAMD,
    ICAP
  }

  private static final String INFECTED =
      """
      ICAP/1.0 200 OK
      X-Infection-Found: Type=0; Resolution=2; Threat=Eicar-Test;
      Encapsulated: res-hdr=0, null-body=25

      HTTP/1.1 403 Forbidden

      """;

  private final ServerSocket listener;
  private final Protocol protocol;
  private final String answer;
  private volatile byte[] seen = {};

  private ScannerPeer(ServerSocket listener, Protocol protocol, String answer) {
    this.listener = listener;
    this.protocol = protocol;
    this.answer = answer;
  }

  public static ScannerPeer start(Protocol protocol) throws IOException {
    return startAnswering(protocol, "");
  }

  /// One that answers nonsense.
  public static ScannerPeer startBroken(Protocol protocol) throws IOException {
    return startAnswering(
        protocol,
        protocol == Protocol.CLAMD ? "UNKNOWN COMMAND\0" : "ICAP/1.0 500 Server Error\r\n\r\n");
  }

  /// One that answers the same to everything.
  public static ScannerPeer startAnswering(Protocol protocol, String answer) throws IOException {
    var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var peer = new ScannerPeer(listener, protocol, answer);
    Thread.ofVirtual().start(peer::accept);
    return peer;
  }

  public URI address() {
    return address(protocol, listener.getLocalPort());
  }

  /// An address where nobody listens.
  public static URI nowhere(Protocol protocol) {
    return address(protocol, TestServer.freePort());
  }

  private static URI address(Protocol protocol, int port) {
    return URI.create(
        protocol == Protocol.CLAMD
            ? "clamd://127.0.0.1:" + port
            : "icap://127.0.0.1:" + port + "/scan");
  }

  /// The bytes shown last.
  public byte[] seen() {
    return seen.clone();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      seen = protocol == Protocol.CLAMD ? clamd(in) : icap(in);
      boolean infected = new String(seen, StandardCharsets.ISO_8859_1).contains(TEST_VIRUS);
      socket.getOutputStream().write(answer(infected).getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] clamd(DataInputStream in) throws IOException {
    expect(in, "zINSTREAM\0");
    var bytes = new ByteArrayOutputStream();
    for (int count = in.readInt(); count != 0; count = in.readInt()) {
      bytes.write(in.readNBytes(count));
    }
    return bytes.toByteArray();
  }

  private static byte[] icap(DataInputStream in) throws IOException {
    var line = line(in);
    if (!line.matches("RESPMOD icap://127\\.0\\.0\\.1:\\d+/scan ICAP/1\\.0")) {
      throw new IOException("not a request: " + line);
    }
    int request = -1;
    int answer = -1;
    for (line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.startsWith("Encapsulated: ")) {
        request = number(line, "res-hdr");
        answer = number(line, "res-body");
      }
    }
    var headers = new String(in.readNBytes(answer), StandardCharsets.US_ASCII);
    if (!headers.startsWith("GET ")
        || !headers.substring(request).startsWith("HTTP/1.1 200")
        || !headers.endsWith("\r\n\r\n")) {
      throw new IOException("what is encapsulated is not where it is said to be");
    }
    var bytes = new ByteArrayOutputStream();
    for (int count = chunk(in); count != 0; count = chunk(in)) {
      bytes.write(in.readNBytes(count));
      expect(in, "\r\n");
    }
    expect(in, "\r\n");
    return bytes.toByteArray();
  }

  private static int chunk(DataInputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static int number(String line, String name) {
    return Integer.parseInt(line.replaceAll(".*" + name + "=(\\d+).*", "$1"));
  }

  private static String line(DataInputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the request ends within a line");
      }
      line.append((char) c);
    }
    expect(in, "\n");
    return line.toString();
  }

  private static void expect(DataInputStream in, String text) throws IOException {
    var got = new String(in.readNBytes(text.length()), StandardCharsets.US_ASCII);
    if (!got.equals(text)) {
      throw new IOException("unexpected: " + got);
    }
  }

  private String answer(boolean infected) {
    if (!answer.isEmpty()) {
      return answer;
    }
    if (protocol == Protocol.CLAMD) {
      return infected ? "stream: Eicar-Test FOUND\0" : "stream: OK\0";
    }
    return infected ? INFECTED.replace("\n", "\r\n") : "ICAP/1.0 204 No Content\r\n\r\n";
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}

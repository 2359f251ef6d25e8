package io.stabbur.auth;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A small SMTP server that keeps the bytes of what it is given: envelope and message. It says
/// whether it takes addresses outside ASCII (RFC 6531), and takes any command either way, as
/// careless servers do.
final class SmtpPeer implements AutoCloseable {
  private final ServerSocket listener;
  private final Offer offer;
  private final List<Delivered> delivered = new CopyOnWriteArrayList<>();

  /// What the server says of addresses outside ASCII.
  enum Offer {
    SMTPUTF8,
    NOTHING
  }

  /// One message as it came over the wire, read as UTF-8.
  record Delivered(String from, String to, String message) {
    /// The lines of a header.
    String header(String name) {
      return message
          .lines()
          .filter(line -> line.startsWith(name + ": "))
          .findFirst()
          .orElseThrow()
          .substring(name.length() + 2);
    }
  }

  SmtpPeer(Offer offer) {
    this.offer = offer;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  Map<String, Object> settings() {
    return Map.of(
        "stabbur.auth.mail.host",
        "127.0.0.1",
        "stabbur.auth.mail.port",
        listener.getLocalPort(),
        "stabbur.auth.mail.per-hour",
        10_000,
        "stabbur.auth.mail.interval",
        "0s",
        "stabbur.auth.limits.otp",
        0);
  }

  List<Delivered> delivered() {
    return delivered;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().start(() -> talk(client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void talk(Socket client) {
    try (client) {
      var in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
      say(client, "220 peer ESMTP");
      var from = "";
      var to = "";
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        var verb = line.length() < 4 ? line : line.substring(0, 4);
        switch (verb) {
          case "EHLO" ->
              say(
                  client,
                  "250-peer\r\n"
                      + (offer == Offer.SMTPUTF8 ? "250-SMTPUTF8\r\n" : "")
                      + "250 8BITMIME");
          case "MAIL" -> {
            from = line;
            say(client, "250 ok");
          }
          case "RCPT" -> {
            to = line;
            say(client, "250 ok");
          }
          case "DATA" -> {
            say(client, "354 go on");
            delivered.add(new Delivered(from, to, message(in)));
            say(client, "250 taken");
          }
          case "QUIT" -> say(client, "221 bye");
          default -> say(client, "250 ok");
        }
      }
    } catch (IOException e) {
      // the client left
    }
  }

  private static String message(BufferedReader in) throws IOException {
    var text = new StringBuilder();
    for (var line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static void say(Socket client, String reply) throws IOException {
    client.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
    client.getOutputStream().flush();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.stabbur.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/// A service that sends text messages, as the `http` provider calls it, and a window through which
/// scripts read what was sent: `/mail?to=` and `/text?to=` wait for the next message to an address.
final class Messenger implements AutoCloseable {
  private final Mailbox mailbox;
  private final HttpServer server;
  private final Map<String, String> texts = new ConcurrentHashMap<>();

  Messenger(Mailbox mailbox) {
    this.mailbox = mailbox;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/send", this::send);
    server.createContext("/mail", exchange -> reply(exchange, mail(to(exchange))));
    server.createContext(
        "/text", exchange -> reply(exchange, "{\"token\":\"" + lastCode(to(exchange)) + "\"}"));
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Settings that send text messages here.
  Map<String, Object> settings() {
    return Map.of(
        "stabbur.auth.phone",
        true,
        "stabbur.auth.factors.phone",
        true,
        "stabbur.auth.sms.provider",
        "http",
        "stabbur.auth.sms.url",
        url() + "/send",
        "stabbur.auth.sms.token",
        "a token of the tests",
        "stabbur.auth.sms.interval",
        "0s",
        "stabbur.auth.sms.per-hour",
        1000);
  }

  /// The code in the next message to a number such as `4790000000`.
  String lastCode(String phone) {
    var limit = Instant.now().plusSeconds(20);
    while (!texts.containsKey(phone)) {
      if (Instant.now().isAfter(limit)) {
        throw new AssertionError("no message to " + phone);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return String.valueOf(texts.remove(phone)).replaceAll("[^0-9]", "");
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private String mail(String to) {
    var mail = mailbox.last(to);
    // a code alone is mailed to whoever is to prove again that it is them
    var link = mail.html().contains("href=") ? mail.link() : "";
    return "{\"token\":\"%s\",\"link\":\"%s\",\"token_hash\":\"%s\"}"
        .formatted(mail.code(), link, link.replaceAll(".*[?&]token=([^&]*).*", "$1"));
  }

  private void send(HttpExchange exchange) throws IOException {
    var message = Json.parse(exchange.getRequestBody().readAllBytes());
    if (!"Bearer a token of the tests"
        .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      throw new IOException("not our server");
    }
    texts.put(text(message, "to").replace("+", ""), text(message, "text"));
    reply(exchange, "{\"id\":\"m1\"}");
  }

  private static String text(JsonNode json, String name) {
    return AuthClient.at(json, name).getStringValue();
  }

  private static String to(HttpExchange exchange) {
    return URLDecoder.decode(
        exchange.getRequestURI().getRawQuery().replaceFirst("^to=", ""), StandardCharsets.UTF_8);
  }

  private static void reply(HttpExchange exchange, String json) throws IOException {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}

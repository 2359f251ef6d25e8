package io.stabbur.functions.database;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A server that takes what the database sends, as the test tells it to.
final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final boolean isKept;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Taken> taken = new CopyOnWriteArrayList<>();

  /// What came in.
  record Taken(String method, String uri, String agent, String type, String body) {}

  /// Answers one request.
  interface Handler {
    void answer(HttpExchange exchange, Taken request) throws IOException, InterruptedException;
  }

  Receiver(Handler handler) {
    this(handler, true);
  }

  /// @param isKept whether [#taken] has what came in
  Receiver(Handler handler, boolean isKept) {
    this.isKept = isKept;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", exchange -> take(exchange, handler));
    server.start();
  }

  private void take(HttpExchange exchange, Handler handler) throws IOException {
    var headers = exchange.getRequestHeaders();
    var request =
        new Taken(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            String.valueOf(headers.getFirst("x-mine")),
            String.valueOf(headers.getFirst("content-type")),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    if (isKept) {
      taken.add(request);
    }
    try {
      handler.answer(exchange, request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  static void reply(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Taken> taken() {
    return taken;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

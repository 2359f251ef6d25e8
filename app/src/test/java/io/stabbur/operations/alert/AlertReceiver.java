package io.stabbur.operations.alert;

import com.sun.net.httpserver.HttpServer;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that is told of alerts, and refuses the first times.
final class AlertReceiver implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger refusals;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();

  /// A call that it took.
  record Call(String method, String path, String authorization, String body) {
    JsonNode json() {
      return Json.parse(body);
    }
  }

  AlertReceiver(int refusals) {
    this.refusals = new AtomicInteger(refusals);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (this.refusals.getAndDecrement() > 0) {
              refused.incrementAndGet();
              exchange.sendResponseHeaders(500, -1);
              return;
            }
            var shown = exchange.getRequestHeaders().getFirst("Authorization");
            calls.add(
                new Call(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    shown == null ? "" : shown,
                    body));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Refuses so many of the next calls, instead of those that were left.
  void refuse(int times) {
    refusals.set(times);
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  int refused() {
    return refused.get();
  }

  /// What a webhook was told of an alert, as `firing` and `resolved`, in order.
  List<String> told(String alert, String... labels) {
    var told = new ArrayList<String>();
    for (var call : calls) {
      var alerts = call.json().get("alerts");
      if (alerts != null) {
        for (var each : alerts.values()) {
          var text = Json.write(each);
          if (text.contains("\"alertname\":\"" + alert + "\"")
              && List.of(labels).stream().allMatch(text::contains)) {
            told.add(Objects.requireNonNull(each.get("status")).getStringValue());
          }
        }
      }
    }
    return told;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package io.stabbur.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Takes spans by OTLP in JSON as a collector of OpenTelemetry does; the first time it is busy, and
/// must be asked again.
public final class TraceCollector implements AutoCloseable {
  private static final int TRIES = 200;

  private final HttpServer server;
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> headers = new CopyOnWriteArrayList<>();

  public TraceCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/v1/traces",
        exchange -> {
          headers.add(
              exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          boolean isBusy = headers.size() == 1;
          if (!isBusy) {
            bodies.add(body);
          }
          exchange.sendResponseHeaders(isBusy ? 503 : 200, -1);
          exchange.close();
        });
    server.start();
  }

  /// A span as it came in.
  public record Span(
      String trace,
      String id,
      String parent,
      String name,
      int kind,
      int status,
      Map<String, String> attributes) {
    private static Span of(JsonNode json) {
      var attributes = new ConcurrentHashMap<String, String>();
      for (var each : at(json, "attributes").values()) {
        at(each, "value")
            .entries()
            .forEach(
                value -> attributes.put(text(each, "key"), value.getValue().coerceStringValue()));
      }
      assertThat(Long.parseLong(text(json, "endTimeUnixNano")))
          .isGreaterThanOrEqualTo(Long.parseLong(text(json, "startTimeUnixNano")));
      return new Span(
          text(json, "traceId"),
          text(json, "spanId"),
          json.get("parentSpanId") == null ? "" : text(json, "parentSpanId"),
          text(json, "name"),
          at(json, "kind").getIntValue(),
          at(at(json, "status"), "code").getIntValue(),
          attributes);
    }
  }

  /// Where it listens, without a path.
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// The address for `tracing.endpoint`.
  public String endpoint() {
    return url() + "/v1/traces";
  }

  /// What came, as it was.
  public List<String> bodies() {
    return List.copyOf(bodies);
  }

  /// Type and authorization of each request.
  public List<String> headers() {
    return List.copyOf(headers);
  }

  /// Its server, for what else is to answer there.
  public HttpServer server() {
    return server;
  }

  /// All spans that have come, as soon as they are what is waited for, or ten seconds are over.
  public List<Span> spans(Predicate<List<Span>> enough) throws InterruptedException {
    for (int tries = 0; ; tries++) {
      var found =
          bodies.stream()
              .flatMap(body -> stream(at(Json.parse(body), "resourceSpans")))
              .flatMap(resource -> stream(at(resource, "scopeSpans")))
              .flatMap(scope -> stream(at(scope, "spans")))
              .map(Span::of)
              .toList();
      if (tries == TRIES || enough.test(found)) {
        return found;
      }
      Thread.sleep(50);
    }
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.values().spliterator(), false);
  }

  private static JsonNode at(JsonNode json, String name) {
    return Objects.requireNonNull(json.get(name), name);
  }

  private static String text(JsonNode json, String name) {
    return at(json, name).getStringValue();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

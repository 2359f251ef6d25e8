package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a collector gets of requests: whose child each span is, and nothing that a person wrote.
class TracesTest {
  private static final String PERSON = "kari.nordmann";
  private static final List<String> BODIES = new CopyOnWriteArrayList<>();
  private static final List<String> HEADERS = new CopyOnWriteArrayList<>();
  private static final Map<String, String> HOOKED = new ConcurrentHashMap<>();
  private static final String PARENT = "00f067aa0ba902b7";
  private static final String READ = trace();
  private static final String FAILED = trace();
  private static final String UNKNOWN = trace();
  private static final String STORED = trace();
  private static final String CALLED = trace();
  private static final String SIGNED_UP = trace();
  private static String seen = "";
  private static HttpServer collector;
  private static TestServer server;

  /// A span as it came in.
  private record Span(
      String trace,
      String id,
      String parent,
      String name,
      int kind,
      int status,
      Map<String, String> attributes) {
    static Span of(JsonNode json) {
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

  private static JsonNode at(JsonNode json, String name) {
    return Objects.requireNonNull(json.get(name), name);
  }

  private static String text(JsonNode json, String name) {
    return at(json, name).getStringValue();
  }

  @BeforeAll
  static void start() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    collector.createContext(
        "/v1/traces",
        exchange -> {
          HEADERS.add(
              exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          // busy once, and asked again
          boolean busy = BODIES.isEmpty() && HEADERS.size() == 1;
          if (!busy) {
            BODIES.add(body);
          }
          exchange.sendResponseHeaders(busy ? 503 : 200, -1);
          exchange.close();
        });
    collector.createContext(
        "/hook",
        exchange -> {
          HOOKED.put("traceparent", exchange.getRequestHeaders().getFirst("traceparent"));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    collector.start();
    var address = "http://127.0.0.1:" + collector.getAddress().getPort();
    server =
        FunctionFolder.create()
            .function("echo", "Deno.serve((r) => new Response(r.headers.get('traceparent')));")
            .file("../config.toml", "[functions.echo]\nverify_jwt = false\n")
            .serve(
                Map.of(
                    "stabbur.tracing.endpoint", address + "/v1/traces",
                    "stabbur.tracing.authorization", "Bearer of-the-collector",
                    "stabbur.auth.hooks.before-user-created.uri", address + "/hook",
                    "stabbur.auth.hooks.before-user-created.secrets",
                        "v1,whsec_" + Base64.getEncoder().encodeToString(Crypto.random(32))));
    ask();
  }

  @AfterAll
  static void stop() {
    server.close();
    collector.stop(0);
  }

  /// All at once, since a batch goes each second.
  private static void ask() {
    var _ = answer("GET", "/rest/v1/organizations?slug=eq." + PERSON, null, READ, 200);
    var _ = answer("GET", "/rest/v1/organizations?id=eq." + PERSON, null, FAILED, 400);
    var _ = answer("GET", "/rest/v1/" + PERSON, null, UNKNOWN, 404);
    var _ = answer("POST", "/storage/v1/bucket", "{\"name\": \"traced\"}", trace(), 200);
    var _ = answer("POST", "/storage/v1/object/traced/" + PERSON + ".json", "{}", STORED, 200);
    seen = answer("POST", "/functions/v1/echo", "{}", CALLED, 200);
    var _ =
        answer(
            "POST",
            "/auth/v1/signup",
            "{\"email\": \"%s@people.example\", \"password\": \"a long passphrase 7\"}"
                .formatted(PERSON),
            SIGNED_UP,
            200);
  }

  private static String trace() {
    return HexFormat.of().formatHex(Crypto.random(16));
  }

  private static String answer(
      String method, String path, @Nullable String body, String trace, int status) {
    var key = server.project().keys().serviceRoleKey().reveal();
    var answer =
        Http.send(
            method,
            server.url() + path,
            body,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json",
            "traceparent",
            "00-" + trace + "-" + PARENT + "-01");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return answer.body();
  }

  /// The spans of a trace, as soon as its request's and that of this name have come.
  private static List<Span> spans(String trace, String name) throws InterruptedException {
    for (int tries = 0; ; tries++) {
      var found =
          BODIES.stream()
              .flatMap(body -> stream(at(Json.parse(body), "resourceSpans")))
              .flatMap(resource -> stream(at(resource, "scopeSpans")))
              .flatMap(scope -> stream(at(scope, "spans")))
              .map(Span::of)
              .filter(span -> span.trace().equals(trace))
              .toList();
      if (tries == 200
          || (found.stream().anyMatch(span -> span.kind() == 2)
              && found.stream().anyMatch(span -> span.name().equals(name)))) {
        return found;
      }
      Thread.sleep(50);
    }
  }

  private static Span one(List<Span> spans, String name) {
    return spans.stream()
        .filter(span -> span.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + spans));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.values().spliterator(), false);
  }

  @Test
  void aReadIsARequestAWaitAndATransaction() throws InterruptedException {
    var spans = spans(READ, "pool wait");

    var root = one(spans, "GET /rest/v1/organizations");
    // beside the transaction of the catalog, which the first read waits for
    var database =
        spans.stream()
            .filter(span -> "service_role".equals(span.attributes().get("stabbur.role")))
            .findFirst()
            .orElseThrow();
    assertThat(root.parent()).isEqualTo(PARENT);
    assertThat(root.attributes())
        .containsEntry("http.response.status_code", "200")
        .containsEntry("stabbur.project", "default");
    assertThat(database.parent()).isEqualTo(root.id());
    assertThat(database.attributes())
        .containsEntry("db.operation.name", "read")
        .containsEntry("db.system.name", "postgresql");
    assertThat(spans)
        .anyMatch(span -> span.name().equals("pool wait") && span.parent().equals(database.id()));
    assertThat(HEADERS).allMatch("application/json Bearer of-the-collector"::equals);
  }

  @Test
  void aFailedStatementIsItsSqlState() throws InterruptedException {
    assertThat(spans(FAILED, "database"))
        .filteredOn(span -> span.name().equals("database"))
        .anySatisfy(
            span -> {
              assertThat(span.status()).isEqualTo(2);
              assertThat(span.attributes()).containsEntry("error.type", "22P02");
            });
  }

  @Test
  void aFileIsAskedOfItsStore() throws InterruptedException {
    var spans = spans(STORED, "store");

    var store = one(spans, "store");
    assertThat(store.attributes()).containsEntry("stabbur.store.operation", "write");
    assertThat(spans.stream().map(Span::id)).contains(store.parent());
  }

  @Test
  void aFunctionAndAHookGoOnWithTheTrace() throws InterruptedException {
    var call = one(spans(CALLED, "function"), "function");
    assertThat(call.attributes())
        .containsEntry("faas.name", "echo")
        .containsEntry("http.response.status_code", "200");
    assertThat(call.kind()).isEqualTo(3);
    assertThat(seen).isEqualTo("00-%s-%s-01".formatted(CALLED, call.id()));

    var hook = one(spans(SIGNED_UP, "hook"), "hook");
    assertThat(HOOKED).containsEntry("traceparent", "00-%s-%s-01".formatted(SIGNED_UP, hook.id()));
  }

  @Test
  void nothingThatAPersonWroteIsSent() throws InterruptedException {
    assertThat(spans(UNKNOWN, "GET /rest/v1{/path:.*}")).isNotEmpty();
    assertThat(spans(SIGNED_UP, "hook")).isNotEmpty();
    assertThat(BODIES)
        .allSatisfy(
            body ->
                assertThat(body)
                    .doesNotContain(
                        PERSON, "people.example", "select ", "passphrase", "127.0.0.1"));
  }
}

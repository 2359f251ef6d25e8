package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.TraceCollector;
import io.stabbur.testing.TraceCollector.Span;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a collector gets of requests: whose child each span is, and nothing that a person wrote.
class TracesTest {
  private static final String PERSON = "kari.nordmann";
  private static final Map<String, String> HOOKED = new ConcurrentHashMap<>();
  private static final String PARENT = "00f067aa0ba902b7";
  private static final String READ = trace();
  private static final String FAILED = trace();
  private static final String UNKNOWN = trace();
  private static final String STORED = trace();
  private static final String CALLED = trace();
  private static final String SIGNED_UP = trace();
  private static String seen = "";
  private static TraceCollector collector;
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    collector = new TraceCollector();
    collector
        .server()
        .createContext(
            "/hook",
            exchange -> {
              HOOKED.put("traceparent", exchange.getRequestHeaders().getFirst("traceparent"));
              exchange.sendResponseHeaders(204, -1);
              exchange.close();
            });
    server =
        FunctionFolder.create()
            .function("echo", "Deno.serve((r) => new Response(r.headers.get('traceparent')));")
            .file("../config.toml", "[functions.echo]\nverify_jwt = false\n")
            .serve(
                Map.of(
                    "stabbur.tracing.endpoint",
                    collector.endpoint(),
                    "stabbur.tracing.share",
                    1,
                    "stabbur.tracing.authorization",
                    "Bearer of-the-collector",
                    "stabbur.auth.hooks.before-user-created.uri",
                    collector.url() + "/hook",
                    "stabbur.auth.hooks.before-user-created.secrets",
                    "v1,whsec_" + Base64.getEncoder().encodeToString(Crypto.random(32))));
    ask();
  }

  @AfterAll
  static void stop() {
    server.close();
    collector.close();
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
    return of(
        trace,
        collector.spans(
            all ->
                of(trace, all).stream().anyMatch(span -> span.kind() == 2)
                    && of(trace, all).stream().anyMatch(span -> span.name().equals(name))));
  }

  private static List<Span> of(String trace, List<Span> all) {
    return all.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  private static Span one(List<Span> spans, String name) {
    return spans.stream()
        .filter(span -> span.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + spans));
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
    assertThat(collector.headers()).allMatch("application/json Bearer of-the-collector"::equals);
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
    assertThat(collector.bodies())
        .allSatisfy(
            body ->
                assertThat(body)
                    .doesNotContain(
                        PERSON, "people.example", "select ", "passphrase", "127.0.0.1"));
  }

  /// A new table is told to the chore that reads the catalog.
  @Test
  void aChoreIsATraceOfItsOwnWithItsTransactions() throws InterruptedException {
    server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> tx.update(Statement.of("create table public.traced (id int primary key)")));

    var spans =
        collector.spans(all -> all.stream().anyMatch(span -> span.name().equals("chore catalog")));

    var chore = one(spans, "chore catalog");
    assertThat(chore.parent()).isEmpty();
    assertThat(chore.attributes()).containsEntry("stabbur.project", "default");
    assertThat(of(chore.trace(), spans))
        .anyMatch(span -> span.name().equals("database") && span.parent().equals(chore.id()));
    assertThat(spans).noneMatch(span -> span.name().equals("chore key-file"));
  }
}

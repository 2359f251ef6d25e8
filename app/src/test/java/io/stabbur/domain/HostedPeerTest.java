package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a hosted project gets to see of requests that are sent on, and what becomes of its answers,
/// against a peer of which every header is known, that hangs, and that is away.
class HostedPeerTest {
  private static final String KEY = "sb_publishable_of_the_hosted_project";
  private static final AtomicReference<@Nullable Headers> SEEN = new AtomicReference<>();
  private static final AtomicInteger ASKED = new AtomicInteger();
  private static TestServer front = TestServer.shared();
  private static String peer = "";

  @BeforeAll
  static void start() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    peer = "http://127.0.0.1:" + server.getAddress().getPort();
    server.createContext(
        "/",
        exchange -> {
          ASKED.incrementAndGet();
          SEEN.set(exchange.getRequestHeaders());
          var body = exchange.getRequestBody().readAllBytes();
          if (exchange.getRequestURI().getPath().endsWith("/hangs")) {
            return;
          }
          var headers = exchange.getResponseHeaders();
          headers.add("Location", peer + "/storage/v1/upload/resumable/abc");
          headers.add("Access-Control-Allow-Origin", "https://everybody.example.org");
          headers.add("Access-Control-Allow-Credentials", "true");
          headers.add("Alt-Svc", "h3=\":443\"");
          headers.add("Set-Cookie", "stabbur_session=stolen; Path=/");
          headers.add("X-Of-The-Hosted", "yes");
          var text =
              (exchange.getRequestMethod() + " " + body.length).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, text.length);
          exchange.getResponseBody().write(text);
          exchange.close();
        });
    server.start();
    front = AtExit.close(TestServer.start(settings(peer)));
  }

  private static Map<String, Object> settings(String address) {
    return Map.of(
        "stabbur.projects.default.hosted-url",
        address,
        "stabbur.projects.default.hosted-parts",
        List.of("auth", "storage", "functions"),
        "stabbur.projects.default.hosted-timeout",
        "1s",
        "stabbur.projects.default.publishable-key",
        KEY);
  }

  private static HttpResponse<String> get(String path, String... headers) {
    return Http.get(front.url() + path, headers);
  }

  @Test
  void itSeesTheClientAndNothingElseOfTheWay() {
    var answer =
        get(
            "/auth/v1/user?a=%2Fb",
            "apikey",
            KEY,
            "Cookie",
            "stabbur_session=secret; other=1",
            "X-Forwarded-For",
            "203.0.113.9",
            "X-Forwarded-Host",
            "evil.example.org",
            "Forwarded",
            "for=203.0.113.9",
            "Origin",
            "https://app.example.org");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var seen = Objects.requireNonNull(SEEN.get());
    assertThat(seen.get("Host")).containsExactly(peer.substring("http://".length()));
    assertThat(seen.get("X-Forwarded-For")).as("no proxy is trusted").containsExactly("127.0.0.1");
    assertThat(seen.get("Cookie")).containsExactly("other=1");
    assertThat(seen.get("Apikey")).containsExactly(KEY);
    assertThat(seen).doesNotContainKeys("X-Forwarded-Host", "Forwarded");
    assertThat(answer.headers().map())
        .containsEntry("x-of-the-hosted", List.of("yes"))
        .containsEntry("access-control-allow-origin", List.of("*"))
        .doesNotContainKeys("access-control-allow-credentials", "alt-svc", "set-cookie");
    assertThat(answer.headers().firstValue("location"))
        .hasValue(front.url() + "/storage/v1/upload/resumable/abc");
  }

  @Test
  void bodiesPassWholeAndBySizeAsHere() {
    var large =
        Http.sendBody(
            "POST",
            front.url() + "/storage/v1/object/b/n",
            BodyPublishers.ofByteArray(new byte[20 << 20]),
            "apikey",
            KEY);
    assertThat(large.body()).isEqualTo("POST " + (20 << 20));
    var refused =
        Http.sendBody(
            "POST",
            front.url() + "/auth/v1/signup",
            BodyPublishers.ofByteArray(new byte[2 << 20]),
            "apikey",
            KEY);
    assertThat(refused.statusCode()).isEqualTo(413);
  }

  /// Keys that were made here, a program's token, and what is no key.
  @Test
  void nothingSecretOfOursIsSentThere() {
    var keys = front.project().keys();
    int before = ASKED.get();
    for (var key :
        List.of(
            keys.secretKey().reveal(),
            keys.serviceRoleKey().reveal(),
            keys.anonKey().reveal(),
            "sb_secret_nobody's")) {
      assertThat(get("/auth/v1/settings", "apikey", key).statusCode()).as(key).isEqualTo(401);
      assertThat(get("/auth/v1/settings?apikey=" + key.replace("'", "")).statusCode())
          .isEqualTo(401);
    }
    for (var token :
        List.of(keys.secretKey().reveal(), keys.serviceRoleKey().reveal(), "sb_app_x")) {
      var answer = get("/storage/v1/object/b/n", "apikey", KEY, "Authorization", "Bearer " + token);
      assertThat(answer.body()).contains("does not know this key").doesNotContain(token);
      assertThat(get("/functions/v1/f", "Authorization", "Bearer " + token).statusCode())
          .isEqualTo(401);
    }
    for (var query : List.of("token=sb_app_x", "a=b&redirect_to=x%73b_app_x", "a=%73b_app_x")) {
      var answer = get("/auth/v1/user?" + query, "apikey", KEY);
      assertThat(answer.statusCode()).as(query).isEqualTo(401);
    }
    assertThat(ASKED).hasValue(before);
  }

  /// The grant of programs takes their token in the body.
  @Test
  void aProgramsTokenIsNotSentThereInTheBody() {
    int before = ASKED.get();
    for (var grant :
        List.of(
            "grant_type=application_token",
            "grant_type=application%5Ftoken",
            "grant_type=password&grant_type=application_token")) {
      var answer =
          Http.post(
              front.url() + "/auth/v1/token?" + grant,
              "{\"token\": \"sb_app_x\"}",
              "apikey",
              KEY,
              "Content-Type",
              "application/json");
      assertThat(answer.statusCode()).as(grant).isEqualTo(401);
      assertThat(answer.body()).contains("hosted project serves this part");
    }
    assertThat(ASKED).hasValue(before);
    assertThat(
            Http.post(front.url() + "/auth/v1/token?grant_type=password", "{}", "apikey", KEY)
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aPathStaysInItsPart() {
    int before = ASKED.get();
    for (var path :
        List.of(
            "/storage/v1/%2e%2e/%2e%2e/auth/v1/admin/users",
            "/storage/v1/..%2fv1",
            "/storage/v1/object/b/..%5c..%5cadmin",
            "/functions/v1/f/%2E%2E/other")) {
      assertThat(get(path, "apikey", KEY).statusCode()).as(path).isGreaterThanOrEqualTo(400);
    }
    assertThat(ASKED).hasValue(before);
    assertThat(get("/storage/v1/object/b/a..b%2Fc", "apikey", KEY).statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNotSentOnIsServedHere() {
    int before = ASKED.get();
    assertThat(get("/rest/v1/", "apikey", KEY).statusCode()).isEqualTo(200);
    assertThat(get("/realtime/v1/api/ping", "apikey", KEY).headers().map())
        .doesNotContainKey("x-of-the-hosted");
    assertThat(get("/health/readiness").statusCode()).isEqualTo(200);
    assertThat(ASKED).hasValue(before);
  }

  @Test
  void onePeerThatHangsIsToldInWords() {
    var answer = get("/auth/v1/hangs", "apikey", KEY);
    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.body()).contains("hosted project that serves this part does not answer");
  }

  @Test
  void onePeerThatIsAwayIsToldInTheWordsOfEachApi() {
    try (var alone = TestServer.start(settings("http://127.0.0.1:" + TestServer.freePort()))) {
      for (var path : List.of("/auth/v1/user", "/storage/v1/bucket", "/functions/v1/f")) {
        var answer = Http.get(alone.url() + path, "apikey", KEY);
        assertThat(answer.statusCode()).as(path).isBetween(500, 599);
        assertThat(answer.body()).contains("cannot be reached").doesNotContain(KEY);
      }
      assertThat(Http.get(alone.url() + "/rest/v1/", "apikey", KEY).statusCode()).isEqualTo(200);
    }
  }
}

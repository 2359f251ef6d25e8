package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A hook that is a server of its own: what it answers, and what becomes of the rest when it is
/// slow.
class HookApiTest {
  /// How the hook answers now.
  private interface Answering {
    void answer(HttpExchange exchange) throws IOException;
  }

  private static final byte[] SECRET = Crypto.random(32);
  private static HttpServer hook;
  private static TestServer server;
  private static AuthClient client;
  private static volatile Answering answering = exchange -> reply(exchange, 204, "");

  @BeforeAll
  static void start() throws IOException {
    hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    hook.createContext("/", exchange -> answering.answer(exchange));
    hook.start();
    var secret = "v1,whsec_" + Base64.getEncoder().encodeToString(SECRET);
    server =
        TestServer.start(
            Map.of(
                "stabbur.auth.hooks.before-user-created.uri",
                "http://127.0.0.1:" + hook.getAddress().getPort() + "/",
                "stabbur.auth.hooks.before-user-created.secrets",
                secret,
                "stabbur.auth.limits.otp",
                0));
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    hook.stop(0);
  }

  @Test
  void aHookThatHasNothingToSayLetsPeopleIn() {
    answering = exchange -> reply(exchange, 204, "");

    assertThat(client.signUp(AuthClient.newEmail()).status()).isEqualTo(200);
  }

  @Test
  void whatAHookIsAskedIsSignedAndNamesThePerson() {
    var asked = new AtomicReference<String>("");
    answering =
        exchange -> {
          var headers = exchange.getRequestHeaders();
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var text =
              headers.getFirst("webhook-id")
                  + "."
                  + headers.getFirst("webhook-timestamp")
                  + "."
                  + body;
          var good =
              "v1,"
                  + Base64.getEncoder()
                      .encodeToString(
                          Crypto.hmacSha256(SECRET, text.getBytes(StandardCharsets.UTF_8)));
          if (good.equals(headers.getFirst("webhook-signature"))) {
            asked.set(body);
          }
          reply(exchange, 204, "");
        };
    var email = AuthClient.newEmail();

    assertThat(client.signUp(email).status()).isEqualTo(200);

    assertThat(asked.get()).contains(email, "\"name\":\"before_user_created\"");
  }

  @Test
  void aHookThatIsBrokenOrSlowIsAFaultOfTheServer() {
    for (Answering broken :
        List.<Answering>of(
            exchange -> {
              exchange.getResponseHeaders().set("Content-Type", "text/plain");
              exchange.sendResponseHeaders(200, 2);
              exchange.getResponseBody().write("ok".getBytes(StandardCharsets.UTF_8));
              exchange.close();
            },
            exchange -> reply(exchange, 200, "\"" + "x".repeat(300_000) + "\""),
            exchange -> reply(exchange, 404, "{}"))) {
      answering = broken;

      assertThat(client.signUp(AuthClient.newEmail()).status()).isGreaterThanOrEqualTo(500);
    }
  }

  @Test
  void aHookRefusesWithTheStatusItWants() {
    for (int status : new int[] {403, 422, 499, 503}) {
      var body = "{\"error\":{\"http_code\":%d,\"message\":\"not from there\"}}".formatted(status);
      answering = exchange -> reply(exchange, 200, body);

      var refused = client.signUp(AuthClient.newEmail());

      assertThat(refused.status()).isEqualTo(status);
      assertThat(refused.text("message")).isEqualTo("not from there");
    }
  }

  @Test
  void anEndlessAnswerIsNotReadToItsEnd() {
    answering = exchange -> reply(exchange, 200, "{\"x\":\"" + "y".repeat(300_000) + "\"}");

    var refused = client.signUp(AuthClient.newEmail());

    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.text("code")).isEqualTo("hook_payload_over_size_limit");
  }

  @Test
  void anAnswerOfAnotherKindIsRefused() {
    answering =
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          send(exchange, 200, "<html></html>");
        };

    assertThat(client.signUp(AuthClient.newEmail()).text("code"))
        .isEqualTo("hook_payload_invalid_content_type");
  }

  @Test
  void aSlowHookStopsNobodyElse() throws Exception {
    answering = exchange -> reply(exchange, 204, "");
    var email = AuthClient.newEmail();
    client.signUp(email);
    var slow = new CountDownLatch(1);
    answering =
        exchange -> {
          await(slow);
          reply(exchange, 204, "");
        };
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = new ArrayList<Future<AuthClient.Answer>>();
      for (int i = 0; i < 30; i++) {
        waiting.add(executor.submit(() -> client.signUp(AuthClient.newEmail())));
      }
      while (waiting.stream().filter(Future::isDone).count() < 25) {
        Thread.sleep(20);
      }
      // those who need no hook find a connection to the database
      assertThat(client.signIn(email).status()).isEqualTo(200);
      slow.countDown();
      int let = 0;
      for (var each : waiting) {
        assertThat(each.get().status()).isIn(200, 503);
        let += each.get().status() == 200 ? 1 : 0;
      }
      assertThat(let).as("one address leaves one of the six places to others").isEqualTo(5);
    } finally {
      slow.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void reply(HttpExchange exchange, int status, String json) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    send(exchange, status, json);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}

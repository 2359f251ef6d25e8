package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micronaut.web.router.Router;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Credentials that are none, and tokens whose signature is right and whose claims are of the wrong
/// kind, over every route: the answer is no 5xx, and the log holds no stack trace.
class MalformedTokensTest {
  private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  private static final String LONG = "x".repeat(100_000);
  private static final int AT_ONCE = 8;
  private static final int REQUESTS = 5000;
  private final TestServer server = TestServer.shared();
  private final String key = server.project().keys().anonKey().reveal();

  /// A request's first line and headers, the header `host` aside.
  private record Request(String line, String headers) {}

  /// What the server says of errors while this is attached.
  private static final class Complaints extends AppenderBase<ILoggingEvent> {
    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.ERROR) || event.getThrowableProxy() != null) {
        told.add(event.getFormattedMessage() + " " + event.getThrowableProxy());
      }
    }
  }

  @Test
  void noRouteAnswersAMalformedCredentialWithAnErrorOfItsOwn() throws Exception {
    var log = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    var complaints = new Complaints();
    complaints.start();
    log.addAppender(complaints);
    var failures = new ConcurrentLinkedQueue<String>();
    try (var senders = Executors.newFixedThreadPool(AT_ONCE)) {
      for (var request : requests()) {
        senders.execute(() -> send(request, failures));
      }
    } finally {
      log.detachAppender(complaints);
    }

    assertThat(failures).isEmpty();
    assertThat(complaints.told).isEmpty();
  }

  /// Every rule of the route table and every route of the controllers with some of the credentials,
  /// each with others, so that the rules of each kind of entrance meet all of them.
  /// `-Dmalformed.all=true` sends all to each.
  private List<Request> requests() {
    var credentials = credentials();
    var requests = new ArrayList<Request>();
    boolean all = Boolean.getBoolean("malformed.all");
    for (var lines : List.of(ruled(), routed())) {
      int each = all ? credentials.size() : Math.ceilDiv(REQUESTS / 2, lines.size());
      int at = 0;
      for (var line : lines) {
        for (int i = 0; i < each; i++) {
          requests.add(new Request(line, credentials.get(at++ % credentials.size())));
        }
      }
    }
    return requests;
  }

  private Set<String> ruled() {
    var lines = new TreeSet<String>();
    for (var rule : server.bean(RouteTable.class).all()) {
      var methods = rule.methods().isEmpty() ? Set.of("GET", "POST") : rule.methods();
      methods.forEach(method -> lines.add(method + " " + rule.path() + "/x?token=..&apikey=.."));
    }
    return lines;
  }

  private Set<String> routed() {
    var lines = new TreeSet<String>();
    server
        .bean(Router.class)
        .uriRoutes()
        .filter(route -> !route.getUriMatchTemplate().toPathString().startsWith("/probe"))
        .forEach(
            route ->
                lines.add(
                    route.getHttpMethodName()
                        + " "
                        + route.getUriMatchTemplate().toPathString().replaceAll("\\{[^}]*}", "x")));
    return lines;
  }

  private List<String> credentials() {
    var texts = Stream.concat(nonsense(), Stream.concat(headers(), claims())).toList();
    var all = new ArrayList<String>();
    for (var text : texts) {
      all.add("apikey: " + key + "\r\nAuthorization: Bearer " + text);
      all.add("apikey: " + text);
    }
    for (var scheme :
        List.of("", "Bearer", "Bearer ", "bearer ..", "Basic ..", "AWS4-HMAC-SHA256 ..")) {
      all.add("apikey: " + key + "\r\nAuthorization: " + scheme);
    }
    all.add(
        "apikey: " + key + "\r\napikey: ..\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b");
    all.add(
        "apikey: " + key + "\r\nAuthorization: Bearer " + key + "\r\nX-Organization-Id: \u00e5..");
    return all;
  }

  private static Stream<String> nonsense() {
    return Stream.of(
        "..",
        ".",
        "...",
        "a.b.c",
        "=.=.=",
        "%2e%2e",
        "\u0000",
        "a\u0000.b.c",
        "\u0001\u007f",
        "\u00e5.\u00e5.\u00e5",
        "null",
        "{}",
        "sb_secret_",
        "sb_publishable_..",
        "e30.e30.",
        "e30.e30.e30",
        "bnVsbA.bnVsbA.bnVsbA",
        "W10.W10.W10",
        LONG,
        "a.".repeat(500),
        "a.b.c.d.e");
  }

  /// Headers that are wrong over claims that are right.
  private Stream<String> headers() {
    return Stream.of(
            "",
            "null",
            "[]",
            "\"HS256\"",
            "{}",
            "{\"alg\":null}",
            "{\"alg\":256}",
            "{\"alg\":[\"HS256\"]}",
            "{\"alg\":\"none\"}",
            "{\"alg\":\"\"}",
            "{\"alg\":\"HS256\",\"alg\":\"none\"}",
            "{\"alg\":\"HS256\",\"kid\":7}",
            "{\"alg\":\"HS256\",\"kid\":{}}",
            "{\"alg\":\"ES256\",\"kid\":\"\\u0000\"}",
            "{\"alg\":\"HS256\",\"crit\":\"exp\"}",
            "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
            "{\"alg\":\"HS256\",\"typ\":5}",
            "{\"alg\":\"HS256\",\"jwk\":\"x\",\"x5u\":1,\"jku\":\"http://127.0.0.1:1/\"}",
            "{\"alg\":\"HS256\",\"zip\":\"DEF\"}",
            "{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\"}")
        .map(header -> signed(header, "{\"role\":\"authenticated\"," + exp() + "}"));
  }

  private static String exp() {
    return "\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond();
  }

  /// Claims that are wrong, with a right signature.
  private Stream<String> claims() {
    var whole =
        Stream.of(
            "",
            "null",
            "[]",
            "7",
            "\"text\"",
            "{",
            "{}",
            "[".repeat(20_000),
            "{\"a\":" + "[".repeat(3000) + "]".repeat(3000) + "}",
            "{\"role\":\"anon\",\"role\":\"service_role\"," + exp() + "}",
            "{\"role\":\"authenticated\",\"exp\":\"tomorrow\"}",
            "{\"role\":\"authenticated\",\"exp\":\"99999999999\"}",
            "{\"role\":\"authenticated\",\"exp\":1e400}",
            "{\"role\":\"authenticated\",\"exp\":1e30}",
            "{\"role\":\"authenticated\",\"exp\":-1}",
            "{\"role\":\"authenticated\",\"exp\":99999999999.5}",
            "{\"role\":\"authenticated\",\"exp\":null}",
            "{\"role\":\"authenticated\",\"exp\":{}}",
            "{\"role\":\"authenticated\",\"exp\":true}",
            "{\"role\":\"authenticated\",\"exp\":1," + exp() + "}");
    var single =
        Stream.of(
                "role",
                "sub",
                "aud",
                "iss",
                "iat",
                "nbf",
                "session_id",
                "aal",
                "amr",
                "email",
                "user_role",
                "organization_id",
                "organizations",
                "app_metadata",
                "is_anonymous")
            .flatMap(
                name ->
                    Stream.of(
                            "7",
                            "null",
                            "[]",
                            "{}",
                            "[[1],{\"a\":null}]",
                            "\"\\u0000\"",
                            "\"\\ud800\"",
                            "\"x' --\"")
                        .map(
                            value ->
                                "{\"role\":\"authenticated\",\""
                                    + name
                                    + "\":"
                                    + value
                                    + ","
                                    + exp()
                                    + "}"));
    return Stream.concat(whole, single).map(claims -> signed(HS256, claims));
  }

  private String signed(String header, String claims) {
    return Tokens.signed(server.project().keys().jwtSecret().reveal(), header, claims);
  }

  private void send(Request request, Queue<String> failures) {
    var uri = URI.create(server.url());
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
      socket.setSoTimeout(30_000);
      var text =
          request.line()
              + " HTTP/1.1\r\nHost: "
              + uri.getAuthority()
              + "\r\nConnection: close\r\n"
              + "Content-Length: 0\r\n"
              + request.headers()
              + "\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      var status =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
              .readLine();
      if (status == null || status.startsWith("HTTP/1.1 5")) {
        failures.add(status + " for " + shown(request));
      }
    } catch (IOException e) {
      // a header that is too long may end the connection before it was read whole
      if (!request.headers().contains(LONG)) {
        failures.add(e + " for " + shown(request));
      }
    }
  }

  private String shown(Request request) {
    var headers = request.headers().replace(key, "ANON");
    return request.line() + " " + headers.substring(0, Math.min(300, headers.length()));
  }
}

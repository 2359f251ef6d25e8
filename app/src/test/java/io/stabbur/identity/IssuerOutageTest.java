package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import io.stabbur.platform.error.ApiException;
import io.stabbur.testing.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Issuers that take a question and do not answer it.
class IssuerOutageTest {
  private static final Duration KEPT = Duration.ofMinutes(10);
  private final MovableClock clock = new MovableClock();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger questions = new AtomicInteger();
  private volatile boolean silent;

  @Test
  @Tag("nightly")
  void anIssuerThatSendsHeadersAndNoBodyIsGivenUpAfterFiveSeconds() {
    try (var issuer = SilentServer.start()) {
      var keys = keys(issuer.url());
      long began = System.nanoTime();

      assertThatThrownBy(keys::current).isInstanceOf(ApiException.class);
      assertThat(secondsSince(began)).isLessThan(8);
    }
  }

  @Test
  void requestsDoNotQueueForAnIssuerThatDoesNotAnswer() throws Exception {
    try (var issuer = SilentServer.start();
        var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      var keys = keys(issuer.url());
      long began = System.nanoTime();
      for (int i = 0; i < 50; i++) {
        var _ = requests.submit(keys::current);
      }
      requests.shutdown();

      assertThat(requests.awaitTermination(8, TimeUnit.SECONDS)).isTrue();
      assertThat(secondsSince(began)).isLessThan(8);
    }
  }

  @Test
  void keysThatWereKnownServeWhileOneThreadRefreshesThem() throws Exception {
    var issuer = issuer();
    try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      var keys = keys(URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys"));
      var known = keys.current();
      silent = true;
      clock.advance(KEPT.plusSeconds(1));
      long began = System.nanoTime();
      var served = IntStream.range(0, 50).mapToObj(_ -> requests.submit(keys::current)).toList();
      for (var each : served) {
        assertThat(each.get()).isSameAs(known);
      }

      assertThat(secondsSince(began)).isLessThan(3);
      assertThat(questions).as("the first, and one refresh").hasValue(2);
    } finally {
      closed.countDown();
      issuer.stop(0);
    }
  }

  private HttpServer issuer() throws IOException, JOSEException {
    var document =
        new JWKSet(List.of(new ECKeyGenerator(Curve.P_256).keyID("one").generate()))
            .toPublicJWKSet()
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/keys",
        exchange -> {
          questions.incrementAndGet();
          exchange.sendResponseHeaders(200, document.length);
          exchange.getResponseBody().flush();
          awaitUnlessLoud();
          exchange.getResponseBody().write(document);
          exchange.close();
        });
    server.start();
    return server;
  }

  private void awaitUnlessLoud() {
    try {
      if (silent) {
        closed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private IssuerKeys keys(URI url) {
    var settings =
        new IssuerSettings(
            "outage",
            "https://issuer.example.org",
            "default",
            url,
            null,
            "api",
            List.of(),
            List.of("authenticated"),
            null,
            null,
            Duration.ofMinutes(1),
            600,
            KEPT);
    return new IssuerKeys(settings, new TokenRules(null), new IssuerHttp(), clock);
  }

  private static double secondsSince(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}

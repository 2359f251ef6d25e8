package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Id tokens that their issuer signed, with claims that no issuer should write.
class IdTokenTest {
  private static final RSAKey KEY = key();
  private static HttpServer issuer = issuer();
  private static TestServer server = TestServer.shared();
  private static AuthClient client = new AuthClient(server);

  @BeforeAll
  static void start() {
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.auth.providers.google.url", url());
    settings.put("stabbur.auth.providers.google.client-id", "ios-app");
    server = TestServer.start(settings);
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    issuer.stop(0);
  }

  @Test
  void oneWithAnAudienceAndAnEndIsTaken() {
    assertThat(grant("\"aud\":\"ios-app\"," + soon()).status()).isEqualTo(200);
    assertThat(grant("\"aud\":[\"web\",\"ios-app\"]," + soon()).status()).isEqualTo(200);
  }

  @Test
  void whatIsNoTokenIsRefusedWithoutAskingTheProvider() {
    for (var text : List.of("mock-id-token", "a.b", "a.b.c.d", "a. .c")) {
      var answer =
          client.post(
              "/token?grant_type=id_token",
              "{\"provider\":\"google\",\"id_token\":\"%s\"}".formatted(text));
      assertThat(answer.status()).as(text).isEqualTo(400);
      assertThat(answer.text("error_description")).isEqualTo("Bad ID token");
    }
  }

  @Test
  void oneThatNeverEndsIsRefused() {
    for (var claims : List.of("\"aud\":\"ios-app\"", "\"aud\":\"ios-app\",\"exp\":null")) {
      assertRefused(claims);
    }
  }

  @Test
  void oneForNobodyIsRefused() {
    for (var audience : List.of("null", "[]", "[null]", "{}", "{\"a\":\"ios-app\"}", "7", "\"\"")) {
      assertRefused("\"aud\":" + audience + "," + soon());
    }
    assertRefused(soon());
  }

  private static void assertRefused(String claims) {
    var answer = grant(claims);
    assertThat(answer.status()).as(claims + answer.response().body()).isEqualTo(400);
    assertThat(answer.text("error")).as(claims).isEqualTo("invalid request");
  }

  private static AuthClient.Answer grant(String claims) {
    var payload =
        "{\"iss\":\"%s\",\"sub\":\"%s\",\"email\":\"%s\",\"email_verified\":true,%s}"
            .formatted(url(), UUID.randomUUID(), AuthClient.newEmail(), claims);
    return client.post(
        "/token?grant_type=id_token",
        "{\"provider\":\"google\",\"id_token\":\"%s\"}".formatted(signed(payload)));
  }

  private static String soon() {
    return "\"exp\":" + Instant.now().plusSeconds(600).getEpochSecond();
  }

  private static String signed(String payload) {
    var header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(KEY.getKeyID()).build();
    var token = new JWSObject(header, new Payload(payload));
    try {
      token.sign(new RSASSASigner(KEY));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }

  private static RSAKey key() {
    try {
      return new RSAKeyGenerator(2048).keyID("k1").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String url() {
    return "http://127.0.0.1:" + issuer.getAddress().getPort();
  }

  private static HttpServer issuer() {
    try {
      var made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      made.createContext(
          "/",
          exchange -> {
            boolean keys = exchange.getRequestURI().getPath().equals("/keys");
            var body =
                keys
                    ? "{\"keys\":[" + KEY.toPublicJWK().toJSONString() + "]}"
                    : "{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/keys\"}".formatted(url());
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            try (exchange) {
              exchange.getResponseHeaders().set("Content-Type", "application/json");
              exchange.sendResponseHeaders(200, bytes.length);
              exchange.getResponseBody().write(bytes);
            }
          });
      made.start();
      return made;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

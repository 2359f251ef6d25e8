package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is remembered of an issuer and of its tokens, and for how long, against an issuer on a
/// socket of its own and a clock that is moved by hand.
class TrustedIssuerTest {
  private static final ClaimRights RIGHTS =
      new ClaimRights(false, () -> Set.of("organization_id", "user_role"));
  private static final String USER = UUID.randomUUID().toString();
  private final MovableClock clock = new MovableClock();
  private final List<ECKey> published = new ArrayList<>();
  private final AtomicInteger keyQuestions = new AtomicInteger();
  private final AtomicInteger userQuestions = new AtomicInteger();
  private volatile int userStatus = 200;
  private volatile boolean reachable = true;
  private HttpServer http;

  TrustedIssuerTest() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() throws JOSEException {
    published.add(key("first"));
    http.createContext(
        "/keys",
        exchange -> {
          keyQuestions.incrementAndGet();
          var keys = new JWKSet(List.copyOf(published)).toPublicJWKSet().toString();
          answer(exchange, reachable ? 200 : 503, keys);
        });
    http.createContext(
        "/user",
        exchange -> {
          userQuestions.incrementAndGet();
          answer(exchange, userStatus, "{\"id\":\"%s\"}".formatted(USER));
        });
    http.start();
  }

  @AfterEach
  void stop() {
    http.stop(0);
  }

  @Test
  void keysAreFetchedOnceForManyTokens() throws JOSEException {
    var issuer = issuer("jwks");
    for (int i = 0; i < 20; i++) {
      issuer.verify(token(published.getFirst(), "api"));
    }

    assertThat(keyQuestions).hasValue(1);
  }

  @Test
  void aNewKeyIsFoundAtOnceAndAnInventedOneAsksNoMoreThanTwiceAMinute() throws JOSEException {
    var issuer = issuer("jwks");
    issuer.verify(token(published.getFirst(), "api"));
    clock.advance(Duration.ofSeconds(31));
    published.add(key("second"));

    assertThat(issuer.verify(token(published.get(1), "api")).text("sub")).contains(USER);
    for (int i = 0; i < 20; i++) {
      var invented = token(key("invented"), "api");
      assertThatThrownBy(() -> issuer.verify(invented)).isInstanceOf(ApiException.class);
    }

    assertThat(keyQuestions).hasValue(2);
  }

  @Test
  void aVerifiedTokenOutlivesNeitherItsKeyNorItself() throws JOSEException {
    var issuer = issuer("jwks");
    var withdrawn = token(published.getFirst(), "api");
    issuer.verify(withdrawn);
    published.set(0, key("next"));

    assertThat(issuer.verify(withdrawn).text("sub")).contains(USER);
    clock.advance(Duration.ofMinutes(10));
    refused(issuer, withdrawn, TokenError.NoSuitableKey.class);

    var expiring = token(published.getFirst(), "api");
    clock.advance(Duration.ofSeconds(31));
    issuer.verify(expiring);
    assertThat(issuer.isKnown(expiring)).isTrue();
    clock.advance(Duration.ofMinutes(61));
    refused(issuer, expiring, TokenError.Expired.class);
  }

  @Test
  void whileTheIssuerIsAwayItsKeysCountForTwiceTheirTimeAndNoLonger() throws JOSEException {
    var issuer = issuer("jwks");
    issuer.verify(token(published.getFirst(), "api"));
    reachable = false;

    clock.advance(Duration.ofMinutes(15));
    assertThat(issuer.verify(token(published.getFirst(), "api")).text("sub")).contains(USER);
    clock.advance(Duration.ofMinutes(6));
    refused(issuer, token(published.getFirst(), "api"), Failure.Unavailable.class);
  }

  @Test
  void aTokenForSomebodyElseOrForNobodyOrForEverIsRefused() throws JOSEException {
    var issuer = issuer("jwks");

    refused(issuer, token(published.getFirst(), "other-api"), TokenError.WrongAudience.class);
    refused(issuer, token(published.getFirst(), null), TokenError.WrongAudience.class);
    refused(issuer, endless(published.getFirst()), TokenError.WrongType.class);
  }

  @Test
  void anIssuerThatMustBeAskedIsAskedOnceAToken() throws JOSEException {
    var issuer = issuer("user");
    var token = token(key("unknown"), "api");
    for (int i = 0; i < 20; i++) {
      issuer.verify(token);
    }
    assertThat(userQuestions).hasValue(1);

    clock.advance(Duration.ofSeconds(61));
    userStatus = 403;
    refused(issuer, token, TokenError.BadSignature.class);
    refused(issuer, token, TokenError.BadSignature.class);
    assertThat(userQuestions).hasValue(2);
  }

  @Test
  void whatTheIssuerSaidDoesNotOutliveTheToken() throws JOSEException {
    var issuer = issuer("user", "user-kept");
    var token = token(key("unknown"), "api");
    issuer.verify(token);

    clock.advance(Duration.ofMinutes(61));

    refused(issuer, token, TokenError.Expired.class);
  }

  @Test
  void anAccountOfAnotherNameVouchesForNothing() throws JOSEException {
    var issuer = issuer("user");
    var claims = claims("api").subject(UUID.randomUUID().toString()).build();

    refused(issuer, signed(key("unknown"), claims), TokenError.BadSignature.class);
  }

  @Test
  void theIssuerIsNotAskedMoreOftenThanAllowed() throws JOSEException {
    var issuer = issuer("user");
    for (int i = 0; i < 3; i++) {
      issuer.verify(token(key("unknown"), "api"));
    }

    refused(issuer, token(key("unknown"), "api"), Failure.Busy.class);
    clock.advance(Duration.ofSeconds(21));
    issuer.verify(token(key("unknown"), "api"));
    assertThat(userQuestions).hasValue(4);
  }

  @Test
  void rightsComeOutOnlyWhereTheOperatorNamedThem() {
    var theirs =
        """
        {"sub":"x","oid":"%s","role":"service_role","organization_id":"o","user_role":"org_admin",
         "organizations":[{"id":"o"}],"application_token":"t","groups":{"db":"authenticated"}}\
        """
            .formatted(USER);
    var claims = Claims.of(io.stabbur.platform.json.Json.parse(theirs));
    var closed = new ClaimMapping(mapping("sub=oid"), List.of("authenticated"), RIGHTS);
    var open =
        new ClaimMapping(
            mapping("role=groups.db", "organizations=organizations"),
            List.of("anon", "authenticated"),
            RIGHTS);
    var greedy = new ClaimMapping(mapping("role=role"), List.of("authenticated"), RIGHTS);

    assertThat(closed.map(claims).json())
        .contains(USER, "\"role\":\"authenticated\"")
        .doesNotContain("org_admin", "organizations", "application_token", "service_role");
    assertThat(open.map(claims).json()).contains("\"organizations\":[{\"id\":\"o\"}]");
    assertThat(open.map(claims).text("role")).contains("authenticated");
    assertThatThrownBy(() -> greedy.map(claims)).isInstanceOf(ApiException.class);
  }

  private TrustedIssuer issuer(String... how) {
    var base = "http://127.0.0.1:" + http.getAddress().getPort();
    boolean asks = how[0].equals("user");
    var settings =
        new IssuerSettings(
            "test",
            "https://issuer.example.org",
            "default",
            asks ? null : URI.create(base + "/keys"),
            null,
            "api",
            List.of(),
            List.of("authenticated"),
            asks ? URI.create(base + "/user") : null,
            null,
            how.length > 1 ? Duration.ofDays(1) : Duration.ofMinutes(1),
            3,
            Duration.ofMinutes(10));
    return new TrustedIssuer(settings, RIGHTS, new IssuerHttp(), clock);
  }

  private static void refused(TrustedIssuer issuer, String token, Class<?> why) {
    assertThatThrownBy(() -> issuer.verify(token))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.error()).isInstanceOf(why));
  }

  private static java.util.Map<String, List<String>> mapping(String... pairs) {
    var mapping = new java.util.HashMap<String, List<String>>();
    for (var pair : pairs) {
      var parts = pair.split("=", 2);
      mapping.put(parts[0], Arrays.asList(parts[1].split("\\.", -1)));
    }
    return mapping;
  }

  private static ECKey key(String id) throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
  }

  private JWTClaimsSet.Builder claims(@Nullable String audience) {
    return new JWTClaimsSet.Builder()
        .issuer("https://issuer.example.org")
        .subject(USER)
        .audience(audience)
        .jwtID(UUID.randomUUID().toString())
        .expirationTime(Date.from(clock.instant().plus(Duration.ofHours(1))));
  }

  private String token(ECKey key, @Nullable String audience) throws JOSEException {
    return signed(key, claims(audience).build());
  }

  private String endless(ECKey key) throws JOSEException {
    return signed(key, claims("api").expirationTime(null).build());
  }

  private static String signed(ECKey key, JWTClaimsSet claims) throws JOSEException {
    var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
    var jwt = new SignedJWT(header, claims);
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }

  private static void answer(com.sun.net.httpserver.HttpExchange exchange, int status, String body)
      throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}

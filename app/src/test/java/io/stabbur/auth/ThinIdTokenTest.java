package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// OpenID Connect providers whose id token says little: the rest is asked at their userinfo
/// endpoint, or told in a form as Apple does.
class ThinIdTokenTest {
  private static final AtomicInteger ASKED = new AtomicInteger();
  private static HttpServer provider;
  private static ECKey key;
  private static TestServer server;
  private static AuthClient client;
  private static String subject = "";
  private static Map<String, Object> claims = Map.of();
  private static String userInfo = "";
  private static int userInfoStatus = 200;

  @BeforeAll
  static void start() throws IOException, JOSEException {
    key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext("/.well-known/openid-configuration", e -> reply(e, 200, discovery()));
    provider.createContext(
        "/keys", e -> reply(e, 200, "{\"keys\":[" + key.toPublicJWK().toJSONString() + "]}"));
    provider.createContext("/token", e -> reply(e, 200, tokens()));
    provider.createContext("/userinfo", ThinIdTokenTest::userInfo);
    provider.start();
    var settings = new HashMap<String, Object>();
    for (var name : new String[] {"keycloak", "apple", "google"}) {
      settings.put("stabbur.auth.providers." + name + ".url", url());
      settings.put("stabbur.auth.providers." + name + ".client-id", "my-app");
      settings.put("stabbur.auth.providers." + name + ".secret", "s3cret");
    }
    settings.put("stabbur.auth.email-autoconfirm", false);
    settings.put("stabbur.auth.limits.sso", 0);
    settings.put("stabbur.auth.mail.host", "127.0.0.1");
    server = TestServer.start(settings);
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    provider.stop(0);
  }

  @Test
  void whatTheTokenLacksIsAskedAtTheUserinfoEndpoint() {
    var email = AuthClient.newEmail();
    come(Map.of());
    userInfo =
        "{\"sub\":\"%s\",\"email\":\"%s\",\"email_verified\":true,\"name\":\"Kari\"}"
            .formatted(subject, email);

    var user = user(browse("keycloak"));

    assertThat(user.text("email")).isEqualTo(email);
    assertThat(user.text("email_confirmed_at")).isNotEmpty();
    assertThat(user.at("user_metadata.full_name").getStringValue()).isEqualTo("Kari");
  }

  @Test
  void anAddressOfTheTokenIsVerifiedByWhatIsToldOfThatAddressAlone() {
    var email = AuthClient.newEmail();
    come(Map.of("email", email));
    userInfo =
        "{\"sub\":\"%s\",\"email\":\"%s\",\"email_verified\":true}"
            .formatted(subject, AuthClient.newEmail());
    var another = browse("keycloak");

    userInfo =
        "{\"sub\":\"%s\",\"email\":\"%s\",\"email_verified\":true}".formatted(subject, email);
    var same = user(browse("keycloak"));

    assertThat(another).contains("error=").doesNotContain("access_token");
    assertThat(same.text("email")).isEqualTo(email);
  }

  @Test
  void whatIsToldOfSomebodyElseIsNotUsed() {
    come(Map.of());
    userInfo =
        "{\"sub\":\"another\",\"email\":\"%s\",\"email_verified\":true}"
            .formatted(AuthClient.newEmail());

    assertThat(browse("keycloak")).contains("error=").doesNotContain("access_token");
  }

  @Test
  void aTokenThatSaysAllIsEnough() {
    come(Map.of("email", AuthClient.newEmail(), "email_verified", true));
    userInfoStatus = 500;
    int before = ASKED.get();

    assertThat(browse("keycloak")).contains("access_token");

    assertThat(ASKED.get()).isEqualTo(before);
  }

  @Test
  void anEndpointThatFailsStopsWhoeverHasNoAddress() {
    come(Map.of());
    userInfoStatus = 500;

    assertThat(browse("keycloak")).contains("error=").doesNotContain("access_token");
  }

  @Test
  void anAppThatSendsItsAccessTokenAlongIsServedTheSame() {
    var email = AuthClient.newEmail();
    come(Map.of());
    userInfo =
        "{\"sub\":\"%s\",\"email\":\"%s\",\"email_verified\":true}".formatted(subject, email);

    var session =
        client.post(
            "/token?grant_type=id_token",
            "{\"provider\":\"google\",\"id_token\":\"%s\",\"access_token\":\"at\"}"
                .formatted(idToken()));

    assertThat(session.at("user.email").getStringValue()).isEqualTo(email);
  }

  @Test
  void appleTellsTheNameInItsForm() {
    come(Map.of("email", AuthClient.newEmail(), "email_verified", "true"));
    var user = "{\"name\":{\"firstName\":\"Kari\",\"lastName\":\"Nordmann\"}}";
    var form =
        "state=%s&code=c&user=%s"
            .formatted(state("apple"), URLEncoder.encode(user, StandardCharsets.UTF_8));

    var landed = client.with("apikey", "").post("/callback", form).header("Location");

    assertThat(user(landed).at("user_metadata.full_name").getStringValue())
        .isEqualTo("Kari Nordmann");
  }

  // --- the provider

  private static void come(Map<String, Object> told) {
    subject = UUID.randomUUID().toString();
    claims = told;
    userInfo = "{}";
    userInfoStatus = 200;
  }

  private static String url() {
    return "http://127.0.0.1:" + provider.getAddress().getPort();
  }

  private static String discovery() {
    return """
    {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize", "token_endpoint": "%1$s/token",
     "userinfo_endpoint": "%1$s/userinfo", "jwks_uri": "%1$s/keys"}\
    """
        .formatted(url());
  }

  private static String tokens() {
    return "{\"access_token\":\"at\",\"id_token\":\"%s\"}".formatted(idToken());
  }

  private static String idToken() {
    var set =
        new JWTClaimsSet.Builder()
            .issuer(url())
            .audience("my-app")
            .subject(subject)
            .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    claims.forEach(set::claim);
    try {
      var jwt =
          new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k").build(), set.build());
      jwt.sign(new ECDSASigner(key));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void userInfo(HttpExchange exchange) throws IOException {
    ASKED.incrementAndGet();
    boolean ours = "Bearer at".equals(exchange.getRequestHeaders().getFirst("Authorization"));
    reply(exchange, ours ? userInfoStatus : 401, userInfo);
  }

  private static void reply(HttpExchange exchange, int status, String json) throws IOException {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  // --- the browser

  private static String browse(String name) {
    return client
        .with("apikey", "")
        .get("/callback?code=c&state=" + state(name))
        .header("Location");
  }

  private static String state(String name) {
    var location = client.with("apikey", "").get("/authorize?provider=" + name).header("Location");
    var state = Pattern.compile("[?&]state=([^&]+)").matcher(location);
    assertThat(state.find()).as(location).isTrue();
    return URLDecoder.decode(state.group(1), StandardCharsets.UTF_8);
  }

  private static AuthClient.Answer user(String landed) {
    var token = Pattern.compile("[#&]access_token=([^&]+)").matcher(landed);
    assertThat(token.find()).as(landed).isTrue();
    return client.as(token.group(1)).get("/user");
  }
}

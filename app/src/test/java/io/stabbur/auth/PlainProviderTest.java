package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// GitHub and Facebook, which speak OAuth 2.0 in their own ways: a server of the test's own answers
/// as they do.
class PlainProviderTest {
  private static HttpServer provider;
  private static TestServer server;
  private static AuthClient client;
  private static volatile String email = "";
  private static volatile boolean verified = true;

  @BeforeAll
  static void start() throws IOException {
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext("/login/oauth/access_token", PlainProviderTest::token);
    provider.createContext("/v19.0/oauth/access_token", PlainProviderTest::token);
    provider.createContext("/user", PlainProviderTest::gitHub);
    provider.createContext("/v19.0/me", PlainProviderTest::facebook);
    provider.start();
    var url = "http://127.0.0.1:" + provider.getAddress().getPort();
    server =
        TestServer.start(
            Map.of(
                "stabbur.auth.providers.github.url", url,
                "stabbur.auth.providers.github.client-id", "my-app",
                "stabbur.auth.providers.github.secret", "of my app",
                "stabbur.auth.providers.facebook.url", url,
                "stabbur.auth.providers.facebook.client-id", "my-app",
                "stabbur.auth.providers.facebook.secret", "of my app"));
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    provider.stop(0);
  }

  @Test
  void gitHubsPrimaryAddressSignsIn() {
    come(AuthClient.newEmail(), true);

    var user = user(callback(state("github", "/login/oauth/authorize", "user:email")));

    assertThat(user.text("email")).isEqualTo(email);
    assertThat(user.at("app_metadata.provider").getStringValue()).isEqualTo("github");
    assertThat(user.at("identities.0.id").getStringValue()).isEqualTo("" + email.hashCode());
    assertThat(user.at("user_metadata.user_name").getStringValue()).isEqualTo("kari");
  }

  @Test
  void anAddressThatGitHubHasNotVerifiedJoinsNobody() {
    come(AuthClient.newEmail(), false);
    var owner = client.signUp(email).at("user.id").getStringValue();

    var landed = callback(state("github", "/login/oauth/authorize", "user:email"));

    var user = user(landed);
    assertThat(user.text("id")).isNotEqualTo(owner);
    assertThat(user.text("email")).isEmpty();
    assertThat(client.signIn(email).at("user.identities").size()).isEqualTo(1);
  }

  @Test
  void facebookSignsIn() {
    come(AuthClient.newEmail(), true);

    var user = user(callback(state("facebook", "/v19.0/dialog/oauth", "email")));

    assertThat(user.text("email")).isEqualTo(email);
    assertThat(user.at("app_metadata.provider").getStringValue()).isEqualTo("facebook");
    assertThat(user.at("user_metadata.avatar_url").getStringValue())
        .isEqualTo("https://b.example/p");
  }

  @Test
  void aProviderMayComeBackWithAForm() {
    come(AuthClient.newEmail(), true);
    var state = state("github", "/login/oauth/authorize", "user:email");

    var landed = client.post("/callback", "state=" + state + "&code=a+code").header("Location");

    assertThat(user(landed).text("email")).isEqualTo(email);
    assertThat(client.post("/callback", "state=%zz&code=%").header("Location"))
        .contains("error_code=bad_oauth");
  }

  private static void come(String address, boolean proved) {
    email = address;
    verified = proved;
  }

  /// The state that the provider is sent.
  private static String state(String name, String path, String scope) {
    var location = client.get("/authorize?provider=" + name).header("Location");
    assertThat(location)
        .contains(path + "?", "client_id=my-app", "scope=" + scope.replace(":", "%3A"));
    var state = Pattern.compile("[?&]state=([^&]+)").matcher(location);
    assertThat(state.find()).isTrue();
    return state.group(1);
  }

  private static String callback(String state) {
    return client.get("/callback?state=" + state + "&code=a+code").header("Location");
  }

  private static AuthClient.Answer user(String landed) {
    var token = Pattern.compile("[#&]access_token=([^&]+)").matcher(landed);
    assertThat(token.find()).as(landed).isTrue();
    assertThat(landed).contains("provider_token=of-the-person");
    return client.as(token.group(1)).get("/user");
  }

  private static void token(HttpExchange exchange) throws IOException {
    var form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean good =
        List.of("client_id=my-app", "client_secret=of+my+app", "code=a+code", "code_verifier=")
            .stream()
            .allMatch(form::contains);
    reply(exchange, good ? "{\"access_token\":\"of-the-person\"}" : "{\"error\":\"bad\"}");
  }

  private static void gitHub(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/user/emails")) {
      reply(
          exchange,
          """
          [{"email": "other@example.org", "primary": false, "verified": true},
           {"email": "%s", "primary": true, "verified": %s}]"""
              .formatted(email, verified));
    } else {
      reply(
          exchange, "{\"id\":%d,\"login\":\"kari\",\"name\":\"Kari\"}".formatted(email.hashCode()));
    }
  }

  private static void facebook(HttpExchange exchange) throws IOException {
    var query = exchange.getRequestURI().getQuery();
    boolean asked = query != null && query.contains("fields=id,email");
    reply(
        exchange,
        asked
            ? """
              {"id": "77", "email": "%s", "name": "Kari", "picture": {"data": {"url": "https://b.example/p"}}}"""
                .formatted(email)
            : "{\"id\":\"77\"}");
  }

  private static void reply(HttpExchange exchange, String json) throws IOException {
    boolean known =
        exchange.getRequestURI().getPath().endsWith("access_token")
            || "Bearer of-the-person"
                .equals(exchange.getRequestHeaders().getFirst("Authorization"));
    var bytes = (known ? json : "{}").getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}

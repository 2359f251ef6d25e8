package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Sign-in through an OpenID Connect provider that runs as a server of its own.
class ProviderFlowTest {
  private static final String APP = "http://app.example.org/velkommen";
  private static final String VERIFIER = "v".repeat(50);
  private static final MockOAuth2Server PROVIDER = new MockOAuth2Server();
  private static final Mailbox MAILBOX = new Mailbox();
  private static TestServer server;
  private static AuthClient client;

  @BeforeAll
  static void start() throws IOException {
    PROVIDER.start(InetAddress.getLoopbackAddress(), 0);
    var settings = new HashMap<>(MAILBOX.settings());
    settings.put("stabbur.auth.redirect-urls", "http://app.example.org/**");
    settings.put("stabbur.auth.manual-linking", true);
    settings.put("stabbur.auth.email-autoconfirm", false);
    settings.put("stabbur.auth.limits.sso", 0);
    settings.put("stabbur.auth.providers.keycloak.url", PROVIDER.issuerUrl("main").toString());
    settings.put("stabbur.auth.providers.keycloak.client-id", "my-app");
    settings.put("stabbur.auth.providers.keycloak.secret", "s3cret");
    settings.put("stabbur.auth.providers.google.url", PROVIDER.issuerUrl("google").toString());
    settings.put("stabbur.auth.providers.google.client-id", "ios-app,web-app");
    server = TestServer.start(settings);
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    PROVIDER.shutdown();
    MAILBOX.close();
  }

  @Test
  void theBrowserGoesToTheProviderAndComesBackWithASession() throws Exception {
    var email = AuthClient.newEmail();
    var subject = UUID.randomUUID().toString();

    var landed = fragment(browse(subject, email, true, ""));
    var user = client.as(value(landed, "access_token")).get("/user");

    assertThat(landed).containsKeys("refresh_token", "provider_token", "expires_at");
    assertThat(user.text("email")).isEqualTo(email);
    assertThat(user.text("email_confirmed_at")).isNotEmpty();
    assertThat(user.at("app_metadata.provider").getStringValue()).isEqualTo("keycloak");
    assertThat(user.at("identities.0.id").getStringValue()).isEqualTo(subject);
    assertThat(user.at("user_metadata.full_name").getStringValue()).isEqualTo("Kari Nordmann");
    assertThat(AuthClient.claim(value(landed, "access_token"), "amr.0.method").getStringValue())
        .isEqualTo("oauth");
  }

  @Test
  void aClientCannotPutItsOwnParametersBeforeOurs() {
    var callback = "redirect_uri=" + server.url().replace(":", "%3A").replace("/", "%2F");
    for (var evil :
        new String[] {
          "x%26redirect_uri%3Dhttps://evil.example/=1",
          "redirect_uri=https://evil.example/",
          "REDIRECT_URI=https://evil.example/",
          "request_uri=https://evil.example/",
          "request=eyJ",
          "response_mode=fragment",
          "x%0d%0a=1",
          "scope=all",
          "state=mine"
        }) {
      var location =
          client.get("/authorize?provider=keycloak&login_hint=kari&" + evil).header("Location");

      assertThat(location).as(evil).contains(callback, "login_hint=kari");
      assertThat(location).as(evil).doesNotContainIgnoringCase("evil").doesNotContain("request");
      assertThat(location.split("redirect_uri", -1)).as(evil).hasSize(2);
      assertThat(location).as(evil).doesNotContain("response_mode", "scope=all", "state=mine");
    }
  }

  @Test
  void withPkceTheBrowserBringsACode() throws Exception {
    var email = AuthClient.newEmail();
    var challenge = Crypto.base64Url(Crypto.sha256(VERIFIER.getBytes(StandardCharsets.UTF_8)));

    var location =
        browse(
            UUID.randomUUID().toString(),
            email,
            true,
            "&code_challenge_method=s256&code_challenge=" + challenge);
    var code = value(form(URI.create(location).getRawQuery()), "code");
    var session =
        client.post(
            "/token?grant_type=pkce",
            "{\"auth_code\":\"%s\",\"code_verifier\":\"%s\"}".formatted(code, VERIFIER));

    assertThat(location).doesNotContain("access_token");
    assertThat(session.status()).isEqualTo(200);
    assertThat(session.at("user.email").getStringValue()).isEqualTo(email);
    assertThat(session.text("provider_token")).isNotEmpty();
  }

  @Test
  void whoComesBackIsTheSameUser() throws Exception {
    var email = AuthClient.newEmail();
    var subject = UUID.randomUUID().toString();

    var first = fragment(browse(subject, email, true, ""));
    var second = fragment(browse(subject, email, true, ""));

    assertThat(AuthClient.claim(value(first, "access_token"), "sub"))
        .isEqualTo(AuthClient.claim(value(second, "access_token"), "sub"));
  }

  @Test
  void aVerifiedAddressJoinsTheAccountThatHasIt() throws Exception {
    var email = AuthClient.newEmail();
    client.signUp(email);
    var code = MAILBOX.last(email).code();
    var known =
        client.post(
            "/verify",
            "{\"type\":\"signup\",\"email\":\"%s\",\"token\":\"%s\"}".formatted(email, code));

    var landed = fragment(browse(UUID.randomUUID().toString(), email, true, ""));

    assertThat(AuthClient.claim(value(landed, "access_token"), "sub"))
        .isEqualTo(known.at("user.id"));
    assertThat(client.signIn(email).status()).isEqualTo(200);
  }

  @Test
  void anUnverifiedAddressThatIsSomebodysJoinsNothingAndLetsNobodyIn() throws Exception {
    var email = AuthClient.newEmail();
    confirmedUser(email);

    var landed = fragment(browse(UUID.randomUUID().toString(), email, false, ""));

    assertThat(landed).containsEntry("error_code", "provider_email_needs_verification");
    assertThat(landed).doesNotContainKey("access_token");
  }

  @Test
  void anUnverifiedAddressIsAskedFirst() throws Exception {
    var email = AuthClient.newEmail();

    var landed = fragment(browse(UUID.randomUUID().toString(), email, false, ""));

    assertThat(landed).containsEntry("error_code", "provider_email_needs_verification");
    assertThat(MAILBOX.last(email).code()).isNotEmpty();
  }

  @Test
  void aPasswordSetInWaitForTheOwnerIsGoneWhenTheOwnerComes() throws Exception {
    var email = AuthClient.newEmail();
    client.signUp(email);

    var landed = fragment(browse(UUID.randomUUID().toString(), email, true, ""));
    var user = client.as(value(landed, "access_token")).get("/user");

    assertThat(client.signIn(email).text("code")).isEqualTo("invalid_credentials");
    assertThat(user.at("identities").size()).isEqualTo(1);
    assertThat(user.at("identities.0.provider").getStringValue()).isEqualTo("keycloak");
  }

  @Test
  void aStateIsGoodOnceAndAnInventedOneNotAtAll() throws Exception {
    var callback = callback(UUID.randomUUID().toString(), AuthClient.newEmail(), true, "");

    var first = client.with("apikey", "").get(callback);
    var second = client.with("apikey", "").get(callback);
    var invented = client.with("apikey", "").get("/callback?code=x&state=" + UUID.randomUUID());

    assertThat(first.header("Location")).startsWith(APP + "#access_token=");
    assertThat(second.header("Location")).startsWith(server.url() + "?error=");
    assertThat(fragment(second.header("Location"))).containsEntry("error_code", "bad_oauth_state");
    assertThat(fragment(invented.header("Location")))
        .containsEntry("error_code", "bad_oauth_state");
  }

  @Test
  void aProviderNobodySwitchedOnIsUnsupported() {
    var answer = client.get("/authorize?provider=apple");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("code")).isEqualTo("validation_failed");
  }

  @Test
  void aSignedInUserAddsAndRemovesAnIdentity() throws Exception {
    var email = AuthClient.newEmail();
    confirmedUser(email);
    var session = client.signIn(email);
    var signedIn = client.as(session.text("access_token"));

    var url =
        signedIn
            .get(
                "/user/identities/authorize?provider=keycloak&skip_http_redirect=true&redirect_to="
                    + APP)
            .text("url");
    answers(UUID.randomUUID().toString(), AuthClient.newEmail(), true);
    client.with("apikey", "").get(follow(url));
    var linked = signedIn.get("/user");
    var added = linked.at("identities.1.identity_id").getStringValue();
    var removed = signedIn.delete("/user/identities/" + added, "");

    assertThat(linked.at("identities").size()).isEqualTo(2);
    assertThat(linked.text("email")).isEqualTo(email);
    assertThat(removed.status()).isEqualTo(200);
    var last = signedIn.get("/user");
    assertThat(last.at("identities").size()).isEqualTo(1);
    assertThat(
            signedIn
                .delete(
                    "/user/identities/" + last.at("identities.0.identity_id").getStringValue(), "")
                .text("code"))
        .isEqualTo("single_identity_not_deletable");
  }

  @Test
  void anIdTokenOfAnAppSignsIn() {
    var email = AuthClient.newEmail();
    var token = idToken("google", "ios-app", email, Crypto.sha256Hex("nonce"));

    var answer = idTokenGrant(token, ",\"nonce\":\"nonce\"");

    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    assertThat(answer.at("user.email").getStringValue()).isEqualTo(email);
    assertThat(answer.at("user.app_metadata.provider").getStringValue()).isEqualTo("google");
  }

  @Test
  void idTokensOfOthersForOthersOrWithAnotherNonceAreRefused() throws Exception {
    var email = AuthClient.newEmail();

    var stranger = idTokenGrant(idToken("elsewhere", "ios-app", email, ""), "");
    var audience = idTokenGrant(idToken("google", "other-app", email, ""), "");
    var nonce =
        idTokenGrant(
            idToken("google", "ios-app", email, Crypto.sha256Hex("a")), ",\"nonce\":\"b\"");
    var missing = idTokenGrant(idToken("google", "ios-app", email, Crypto.sha256Hex("a")), "");
    var forged = idTokenGrant(forged(email), "");

    for (var answer : List.of(stranger, audience, nonce, missing, forged)) {
      assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
      assertThat(answer.text("error")).isNotEmpty();
      assertThat(answer.text("error_description")).isNotEmpty();
    }
  }

  @Test
  void anAccountGetsTheAudienceOfTheServerWhateverAHeaderSays() {
    var email = AuthClient.newEmail();

    client.with("X-JWT-AUD", "somewhere").signUp(email);
    var id = client.admin().get("/admin/users?filter=" + email).at("users.0.aud");

    assertThat(id.getStringValue()).isEqualTo("authenticated");
  }

  private static AuthClient.Answer idTokenGrant(String token, String more) {
    return client.post(
        "/token?grant_type=id_token",
        "{\"provider\":\"google\",\"id_token\":\"%s\"%s}".formatted(token, more));
  }

  private static String idToken(String issuer, String audience, String email, String nonce) {
    var claims = new HashMap<String, Object>(claims(email, true));
    if (!nonce.isEmpty()) {
      claims.put("nonce", nonce);
    }
    return PROVIDER
        .issueToken(
            issuer,
            audience,
            new DefaultOAuth2TokenCallback(
                issuer, UUID.randomUUID().toString(), "JWT", List.of(audience), claims, 3600))
        .serialize();
  }

  /// Signed with a published key as if it were a shared secret.
  private static String forged(String email) throws Exception {
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(PROVIDER.issuerUrl("google").toString())
            .audience("ios-app")
            .subject("x")
            .claim("email", email)
            .claim("email_verified", true)
            .build();
    var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    jwt.sign(new MACSigner("a secret that is long enough for it"));
    return jwt.serialize();
  }

  private static Map<String, Object> claims(String email, boolean verified) {
    return Map.of("email", email, "email_verified", verified, "name", "Kari Nordmann");
  }

  private static void answers(String subject, String email, boolean verified) {
    PROVIDER.enqueueCallback(
        new DefaultOAuth2TokenCallback(
            "main", subject, "JWT", List.of("my-app"), claims(email, verified), 3600));
  }

  /// From the app to the provider and back: where the browser ends up.
  private static String browse(String subject, String email, boolean verified, String more)
      throws IOException, InterruptedException {
    return client
        .with("apikey", "")
        .get(callback(subject, email, verified, more))
        .header("Location");
  }

  private static String callback(String subject, String email, boolean verified, String more)
      throws IOException, InterruptedException {
    answers(subject, email, verified);
    var start =
        client.with("apikey", "").get("/authorize?provider=keycloak&redirect_to=" + APP + more);
    assertThat(start.status()).as(start.response().body()).isEqualTo(302);
    return follow(start.header("Location"));
  }

  /// The address the provider sends the browser back to.
  private static String follow(String url) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer
          .headers()
          .firstValue("location")
          .orElseThrow(() -> new AssertionError(answer.body()));
    }
  }

  private static Map<String, String> fragment(String location) {
    return form(URI.create(location).getRawFragment());
  }

  private static Map<String, String> form(String text) {
    var values = new HashMap<String, String>();
    for (var pair : text.split("&", -1)) {
      var parts = pair.split("=", 2);
      values.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return values;
  }

  private static String value(Map<String, String> values, String name) {
    return Objects.requireNonNull(values.get(name), () -> "no " + name + " in " + values);
  }

  private static String confirmedUser(String email) {
    return client
        .admin()
        .post(
            "/admin/users",
            "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
                .formatted(email, AuthClient.PASSWORD))
        .text("id");
  }
}

package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;

/// A server that people reach in every way: by mail, by text message and through three providers,
/// all of which are servers of their own. `google` takes id tokens, `keycloak` and `gitlab` a
/// browser.
final class AuthServer implements AutoCloseable {
  static final String APP = "http://app.example.org/velkommen";
  private static final AtomicInteger PHONES = new AtomicInteger();
  final Mailbox mailbox = new Mailbox();
  final Messenger messenger = new Messenger(mailbox);
  private final MockOAuth2Server provider = new MockOAuth2Server();
  // apart, since what a provider is told to answer waits until it is asked
  private final MockOAuth2Server second = new MockOAuth2Server();
  final TestServer server;
  final AuthClient client;

  AuthServer(Map<String, Object> more) {
    provider.start(InetAddress.getLoopbackAddress(), 0);
    second.start(InetAddress.getLoopbackAddress(), 0);
    var settings = new HashMap<>(mailbox.settings());
    settings.putAll(messenger.settings());
    settings.put("stabbur.auth.redirect-urls", "http://app.example.org/**");
    settings.put("stabbur.auth.manual-linking", true);
    settings.put("stabbur.auth.anonymous", true);
    settings.put("stabbur.auth.email-autoconfirm", false);
    for (var limit : List.of("sso", "factor", "anonymous", "oauth", "passkey")) {
      settings.put("stabbur.auth.limits." + limit, 0);
    }
    settings.put("stabbur.auth.providers.keycloak.url", provider.issuerUrl("main").toString());
    settings.put("stabbur.auth.providers.keycloak.client-id", "my-app");
    settings.put("stabbur.auth.providers.keycloak.secret", "s3cret");
    settings.put("stabbur.auth.providers.gitlab.url", second.issuerUrl("main").toString());
    settings.put("stabbur.auth.providers.gitlab.client-id", "my-app");
    settings.put("stabbur.auth.providers.gitlab.secret", "s3cret");
    settings.put("stabbur.auth.providers.google.url", provider.issuerUrl("google").toString());
    settings.put("stabbur.auth.providers.google.client-id", "ios-app");
    settings.put("stabbur.auth.passkeys.enabled", true);
    settings.put("stabbur.auth.webauthn.rp-id", "localhost");
    settings.put("stabbur.auth.webauthn.rp-origins", "http://localhost:3000");
    settings.put("stabbur.auth.oauth-server.enabled", true);
    settings.put("stabbur.auth.oauth-server.authorization-path", "/consent");
    settings.putAll(more);
    server = TestServer.start(settings);
    client = new AuthClient(server);
  }

  @Override
  public void close() {
    server.close();
    provider.shutdown();
    second.shutdown();
    messenger.close();
    mailbox.close();
  }

  /// A number that nobody has yet.
  static String newPhone() {
    return "4790%06d".formatted(PHONES.incrementAndGet());
  }

  // --- links and codes

  /// The session that following a link leads to.
  AuthClient.Answer follow(String link) {
    var location = client.with("apikey", "").get(link).header("Location");
    var fragment = form(URI.create(location).getRawFragment());
    assertThat(fragment).as(location).containsKey("refresh_token");
    return client.refresh(Objects.requireNonNull(fragment.get("refresh_token")));
  }

  /// Shows the newest code that was mailed to the address.
  AuthClient.Answer mailed(String email, String type) {
    return client.post(
        "/verify",
        "{\"type\":\"%s\",\"email\":\"%s\",\"token\":\"%s\"}"
            .formatted(type, email, mailbox.last(email).code()));
  }

  /// Shows the newest code that was sent to the number.
  AuthClient.Answer texted(String phone, String type) {
    return client.post(
        "/verify",
        "{\"type\":\"%s\",\"phone\":\"%s\",\"token\":\"%s\"}"
            .formatted(type, phone, messenger.lastCode(phone)));
  }

  AuthClient.Answer signInByText(String phone) {
    client.post("/otp", "{\"phone\":\"%s\"}".formatted(phone));
    return texted(phone, "sms");
  }

  /// What `generate_link` answers to an administrator.
  ///
  /// @param more further fields, such as `,"password":"…"`
  AuthClient.Answer generated(String type, String email, String more) {
    var body = "{\"type\":\"%s\",\"email\":\"%s\"%s}".formatted(type, email, more);
    var link = client.admin().post("/admin/generate_link", body);
    assertThat(link.status()).as(link.response().body()).isEqualTo(200);
    return link;
  }

  /// The session of somebody who signed up and confirmed with the mail that was sent for it.
  AuthClient.Answer signedUp(String email) {
    assertThat(client.signUp(email).status()).isEqualTo(200);
    return mailed(email, "signup");
  }

  // --- providers

  /// The body of the grant by which an app signs in with an id token.
  String idToken(String subject, String email, String more) {
    return idToken(subject, email, true, more);
  }

  /// The same from a provider that does not vouch for the address, unless it is `verified`.
  String idToken(String subject, String email, boolean verified, String more) {
    var claims = Map.<String, Object>of("email", email, "email_verified", verified, "name", "Kari");
    var token =
        provider.issueToken(
            "google",
            "ios-app",
            new DefaultOAuth2TokenCallback(
                "google", subject, "JWT", List.of("ios-app"), claims, 3600));
    return "{\"provider\":\"google\",\"id_token\":\"%s\"%s}".formatted(token.serialize(), more);
  }

  AuthClient.Answer signInByGoogle(String subject, String email) {
    return client.post("/token?grant_type=id_token", idToken(subject, email, ""));
  }

  /// Begins to add an identity of `gitlab` to the account, and signs in there.
  ///
  /// @return where the browser comes back to
  String beginLinking(AuthClient signedIn) {
    var path = "/user/identities/authorize?provider=gitlab&skip_http_redirect=true";
    answers(second, UUID.randomUUID().toString(), AuthClient.newEmail());
    return location(signedIn.get(path).text("url"));
  }

  /// Adds an identity of `google` to the account.
  AuthClient.Answer link(AuthClient signedIn, String email, boolean verified) {
    var subject = UUID.randomUUID().toString();
    var body = idToken(subject, email, verified, ",\"link_identity\":true");
    return signedIn.post("/token?grant_type=id_token", body);
  }

  /// Takes the identity of a provider from the account.
  static AuthClient.Answer unlink(AuthClient signedIn, String provider) {
    var identities = signedIn.get("/user").at("identities");
    for (var identity : identities.values()) {
      if (AuthClient.at(identity, "provider").getStringValue().equals(provider)) {
        var id = AuthClient.at(identity, "identity_id").getStringValue();
        return signedIn.delete("/user/identities/" + id, "");
      }
    }
    throw new AssertionError("no identity of " + provider);
  }

  /// A sign-in through a browser at `keycloak`, which vouches for the address.
  AuthClient.Answer signInByBrowser(String email) {
    var start = client.with("apikey", "").get("/authorize?provider=keycloak&redirect_to=" + APP);
    answers(provider, UUID.randomUUID().toString(), email);
    return follow(location(start.header("Location")));
  }

  private static void answers(MockOAuth2Server provider, String subject, String email) {
    var claims = Map.<String, Object>of("email", email, "email_verified", true);
    provider.enqueueCallback(
        new DefaultOAuth2TokenCallback("main", subject, "JWT", List.of("my-app"), claims, 3600));
  }

  private static String location(String url) {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(url)).build();
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.headers().firstValue("location").orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The providers of a user's identities.
  static List<String> providers(AuthClient.Answer user) {
    return StreamSupport.stream(user.at("identities").values().spliterator(), false)
        .map(identity -> AuthClient.at(identity, "provider").getStringValue())
        .toList();
  }

  static Map<String, String> form(String text) {
    var values = new HashMap<String, String>();
    for (var pair : text.split("&", -1)) {
      var parts = pair.split("=", 2);
      values.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return values;
  }
}

package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.auth.AuthClient.Answer;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs of others that sign people in: what is refused, and what is given once only. That
/// independent clients get through is shown by `oauth.mjs`.
class OAuthServerTest {
  private static final String SITE = "http://app.example.org";
  private static final String BACK = "https://program.example.org/callback";
  private static final String VERIFIER = "a".repeat(43) + "-b";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static TestServer server;
  private static AuthClient client;

  /// A registered program.
  private record Program(String id, String secret) {}

  @BeforeAll
  static void start() {
    server = TestServer.start(settings());
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Map<String, Object> settings() {
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.auth.site-url", SITE);
    settings.put("stabbur.auth.oauth-server.enabled", true);
    settings.put("stabbur.auth.oauth-server.dynamic-registration", true);
    settings.put("stabbur.auth.oauth-server.device-grant", true);
    settings.put("stabbur.auth.oauth-server.authorization-path", "/oauth/consent");
    settings.put("stabbur.auth.limits.oauth", 0);
    settings.put("stabbur.auth.limits.oauth-registration", 0);
    return settings;
  }

  @Test
  void independentClientsGetThrough() {
    var shown = Node.run(server, "oauth.mjs", SITE + "/oauth/consent");

    assertThat(Json.parse(shown.strip()).size()).isEqualTo(5);
  }

  // --- switched off

  @Test
  void nothingOfItIsThereUnlessItIsSwitchedOn() {
    var off = new AuthClient(TestServer.shared());
    var token = signedIn(off);

    assertThat(
            List.of(
                off.get("/oauth/authorize?client_id=x&redirect_uri=y"),
                off.post("/oauth/token", "{}"),
                off.post("/oauth/revoke", "{}"),
                off.post("/oauth/clients/register", "{}"),
                off.post("/oauth/device_authorization", "{}"),
                off.get("/oauth/userinfo"),
                off.as(token).get("/oauth/authorizations/x"),
                off.as(token).post("/oauth/authorizations/x/consent", "{\"action\":\"approve\"}"),
                off.as(token).get("/user/oauth/grants"),
                off.admin().get("/admin/oauth/clients"),
                off.get("/.well-known/oauth-authorization-server")))
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(404);
              assertThat(answer.text("code")).isEqualTo("feature_disabled");
            });
    assertThat(off.get("/.well-known/openid-configuration").status()).isEqualTo(200);
  }

  @Test
  void programsRegisterThemselvesOnlyWhereThatIsAllowed() {
    var settings = settings();
    settings.remove("stabbur.auth.oauth-server.dynamic-registration");
    settings.remove("stabbur.auth.oauth-server.device-grant");
    settings.put("stabbur.auth.limits.oauth", 3);
    try (var strict = TestServer.start(settings)) {
      var refused = new AuthClient(strict).post("/oauth/clients/register", redirecting(BACK));
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.text("code")).isEqualTo("oauth_dynamic_client_registration_disabled");

      var device = new AuthClient(strict).post("/oauth/device_authorization", "{}");
      assertThat(device.text("code")).isEqualTo("feature_disabled");

      var asked = new AuthClient(strict);
      for (int i = 0; i < 3; i++) {
        assertThat(asked.get("/oauth/authorize?client_id=x&redirect_uri=y").status())
            .isEqualTo(400);
      }
      assertThat(asked.get("/oauth/authorize?client_id=x&redirect_uri=y").text("code"))
          .isEqualTo("over_request_rate_limit");
    }
  }

  // --- discovery

  @Test
  void discoveryIsWhereEitherStandardLooksForIt() {
    var known = client.with("apikey", "").get("/.well-known/openid-configuration").json();
    assertThat(known)
        .isEqualTo(client.get("/.well-known/oauth-authorization-server").json())
        .isEqualTo(
            client.get(server.url() + "/.well-known/oauth-authorization-server/auth/v1").json());
    assertThat(AuthClient.at(known, "issuer").getStringValue())
        .isEqualTo(server.url() + "/auth/v1");
    assertThat(AuthClient.at(known, "registration_endpoint").getStringValue())
        .isEqualTo(server.url() + "/auth/v1/oauth/clients/register");
    assertThat(AuthClient.at(known, "code_challenge_methods_supported.0").getStringValue())
        .isEqualTo("S256");
  }

  // --- registration

  @Test
  void aSecretIsToldOnceAndKeptAsAHash() {
    var made = client.admin().post("/admin/oauth/clients", redirecting(BACK));

    assertThat(made.status()).isEqualTo(201);
    var secret = made.text("client_secret");
    assertThat(secret).hasSize(43);
    var id = made.text("client_id");
    assertThat(client.admin().get("/admin/oauth/clients/" + id).text("client_secret")).isEmpty();
    assertThat(rows("select to_jsonb(c)::text from auth.oauth_clients c where id = ?::uuid", id))
        .singleElement()
        .asString()
        .doesNotContain(secret);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"redirect_uris\":[]}",
        "{\"redirect_uris\":[\"http://program.example.org/cb\"]}",
        "{\"redirect_uris\":[\"javascript://program.example.org/%0aalert(1)\"]}",
        "{\"redirect_uris\":[\"https://program.example.org/cb#x\"]}",
        "{\"redirect_uris\":[\"https://a.example.org/,https://b.example.org/\"]}",
        "{\"redirect_uris\":[\"https://good@evil.example.org/\"]}",
        "{\"redirect_uris\":[\"/callback\"]}",
        "{\"redirect_uris\":[\"https://a.example.org/\"],\"grant_types\":[\"password\"]}",
        "{\"redirect_uris\":[\"https://a.example.org/\"],\"logo_uri\":\"javascript:alert(1)\"}",
        "{\"redirect_uris\":[\"https://a.example.org/\"],\"client_type\":\"public\",\"token_endpoint_auth_method\":\"client_secret_post\"}",
        "{\"redirect_uris\":[\"https://a.example.org/\"],\"token_endpoint_auth_method\":\"private_key_jwt\"}"
      })
  void whatAProgramSaysOfItselfIsChecked(String body) {
    var answer = client.post("/oauth/clients/register", body);

    assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
    assertThat(answer.text("code")).isEqualTo("validation_failed");
  }

  @Test
  void clientsAreForAdministratorsOnly() {
    var id = confidential().id;
    var token = signedIn(client);

    for (var stranger : List.of(client, client.as(token))) {
      assertThat(
              List.of(
                  stranger.get("/admin/oauth/clients").status(),
                  stranger.post("/admin/oauth/clients", redirecting(BACK)).status(),
                  stranger.get("/admin/oauth/clients/" + id).status(),
                  stranger.put("/admin/oauth/clients/" + id, "{\"client_name\":\"x\"}").status(),
                  stranger.delete("/admin/oauth/clients/" + id, "").status(),
                  stranger.post("/admin/oauth/clients/" + id + "/regenerate_secret", "").status()))
          .containsOnly(stranger == client ? 401 : 403);
    }
  }

  @Test
  void aRemovedProgramHasNothingLeft() {
    var program = confidential();
    var person = signedIn(client);
    var tokens = tokens(program, person);
    assertThat(client.as(tokens.text("access_token")).get("/user").status()).isEqualTo(200);

    assertThat(client.admin().delete("/admin/oauth/clients/" + program.id, "").status())
        .isEqualTo(204);

    assertThat(refresh(program, tokens.text("refresh_token")).text("error"))
        .isEqualTo("invalid_client");
    assertThat(client.as(tokens.text("access_token")).get("/user").text("code"))
        .isEqualTo("session_not_found");
    assertThat(authorize(program, BACK, Map.of()).text("code")).isEqualTo("oauth_client_not_found");
  }

  // --- the browser's way

  @ParameterizedTest
  @CsvSource({
    "https://program.example.org/callback/",
    "https://program.example.org/callback?x=1",
    "https://program.example.org.evil.org/callback",
    "https://evil.example.org/callback",
    "http://program.example.org/callback",
    "http://127.0.0.2:8000/cb",
    "http://127.0.0.1:8000/other",
    "http://127.0.0.1:8000@evil.example.org/cb",
    "http://localhost:8000/cb",
    "https://127.0.0.1:8000/cb"
  })
  void nobodyIsSentToAnAddressThatIsNotTheProgrammes(String wrong) {
    var program = registered("{\"redirect_uris\":[\"" + BACK + "\",\"http://127.0.0.1/cb\"]}");

    var answer = authorize(program, wrong, Map.of());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Location")).isEmpty();
  }

  @Test
  void aProgramOnTheOwnMachineTakesAnyPort() {
    var program =
        registered("{\"redirect_uris\":[\"http://127.0.0.1/cb\",\"http://[::1]:1/cb?x=1\"]}");

    for (var good : List.of("http://127.0.0.1:49152/cb", "http://[::1]:50000/cb?x=1")) {
      assertThat(authorize(program, good, Map.of()).status()).as(good).isEqualTo(302);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "code_challenge, '', invalid_request",
    "code_challenge_method, plain, invalid_request",
    "code_challenge, short, invalid_request",
    "response_type, token, unsupported_response_type",
    "scope, admin, invalid_scope",
    "resource, https://x.example.org/#a, invalid_target"
  })
  void otherFaultsAreToldAtTheProgrammesAddress(String parameter, String value, String error) {
    var answer = authorize(known(), BACK, Map.of(parameter, value));

    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.header("Location")).startsWith(BACK + "?error=" + error);
    assertThat(query(answer.header("Location"))).containsEntry("state", "s-t");
    // the page of a program that nobody knows is no place to send somebody to
    var strange = authorize(confidential(), BACK, Map.of(parameter, value));
    assertThat(strange.status()).isEqualTo(400);
    assertThat(strange.text("error")).isEqualTo(error);
  }

  @Test
  void consentNeedsTheSessionOfThePersonItIsAbout() {
    var program = confidential();
    var id = begun(program);
    var path = "/oauth/authorizations/" + id;
    var approve = "{\"action\":\"approve\"}";
    var mine = client.as(signedIn(client));
    var other = client.as(signedIn(client));

    assertThat(client.get(path).status()).isEqualTo(401);
    assertThat(client.post(path + "/consent", approve).status()).isEqualTo(401);
    // nobody has looked at it yet
    assertThat(mine.post(path + "/consent", approve).text("code"))
        .isEqualTo("oauth_authorization_not_found");
    assertThat(client.admin().get(path).status()).isEqualTo(403);

    assertThat(mine.get(path).status()).isEqualTo(200);
    assertThat(other.get(path).text("code")).isEqualTo("oauth_authorization_not_found");
    assertThat(other.post(path + "/consent", approve).text("code"))
        .isEqualTo("oauth_authorization_not_found");
    assertThat(mine.with("Origin", "https://evil.example.org").post(path + "/consent", approve))
        .satisfies(answer -> assertThat(answer.status()).isEqualTo(400));
    assertThat(mine.post(path + "/consent", "{\"action\":\"perhaps\"}").status()).isEqualTo(400);

    assertThat(mine.with("Origin", SITE).post(path + "/consent", approve).text("redirect_url"))
        .startsWith(BACK + "?code=")
        .endsWith("&state=s-t");
    assertThat(mine.post(path + "/consent", approve).status()).isEqualTo(400);
    assertThat(mine.get(path).status()).isEqualTo(400);
  }

  @Test
  void aProgramMayNotActOnTheAccountNorConsentForIt() {
    var program = confidential();
    var tokens = tokens(program, signedIn(client));
    var token = tokens.text("access_token");
    var as = client.as(token);
    var id = begun(program);

    assertThat(AuthClient.claim(token, "client_id").getStringValue()).isEqualTo(program.id);
    assertThat(AuthClient.claim(token, "scope").getStringValue()).isEqualTo("openid email");
    assertThat(
            List.of(
                as.get("/oauth/authorizations/" + id).status(),
                as.post("/oauth/authorizations/" + id + "/consent", "{\"action\":\"approve\"}")
                    .status(),
                as.put("/user", "{\"password\":\"noe helt annet\"}").status(),
                as.post("/factors", "{\"factor_type\":\"totp\"}").status(),
                as.get("/user/oauth/grants").status(),
                as.get("/reauthenticate").status()))
        .containsOnly(403);
    assertThat(as.get("/user").status()).isEqualTo(200);
    assertThat(as.get("/oauth/userinfo").text("email")).isNotEmpty();
    // signing out ends the programme's own session only
    assertThat(as.post("/logout?scope=global", "").status()).isEqualTo(204);
    assertThat(as.get("/user").text("code")).isEqualTo("session_not_found");
  }

  @Test
  void userInfoTellsWhatTheScopesName() {
    var program = confidential();
    var person = signedIn(client);
    var tokens = tokens(program, person, "openid");

    assertThat(client.get("/oauth/userinfo").status()).isEqualTo(401);
    assertThat(client.as(tokens.text("access_token")).get("/oauth/userinfo").json().size())
        .isEqualTo(1);
    assertThat(client.as(person).get("/oauth/userinfo").json().size()).isEqualTo(1);
  }

  // --- the code

  @Test
  void aCodeIsGoodOnceAndItsSecondUseEndsTheSession() {
    var program = confidential();
    var code = code(program, signedIn(client), "email");
    assertThat(
            rows(
                "select authorization_code from auth.oauth_authorizations where client_id ="
                    + " ?::uuid",
                program.id))
        .doesNotContain(code);

    var first = exchange(program, code, Map.of());
    assertThat(first.status()).as(first.response().body()).isEqualTo(200);
    assertThat(first.header("Cache-Control")).isEqualTo("no-store");
    assertThat(first.json().get("user")).isNull();

    assertThat(exchange(program, code, Map.of()).text("error")).isEqualTo("invalid_grant");
    assertThat(client.as(first.text("access_token")).get("/user").text("code"))
        .isEqualTo("session_not_found");
  }

  @Test
  void aCodeIsForItsProgramAddressAndVerifierOnly() {
    var program = confidential();
    var other = confidential();
    var code = code(program, signedIn(client), "email");

    assertThat(exchange(other, code, Map.of()).text("error")).isEqualTo("invalid_grant");
    for (var wrong :
        List.of(
            Map.of("code_verifier", "b".repeat(45)),
            Map.of("code_verifier", ""),
            Map.of("redirect_uri", "https://program.example.org/other"),
            Map.of("resource", "https://api.example.org"))) {
      assertThat(exchange(program, code, wrong).text("error"))
          .as(wrong.toString())
          .isEqualTo("invalid_grant");
    }
    assertThat(exchange(program, code, Map.of("grant_type", "password")).text("error"))
        .isEqualTo("unsupported_grant_type");
    assertThat(exchange(program, code, Map.of("grant_type", "")).text("error"))
        .isEqualTo("invalid_request");
    assertThat(exchange(program, code, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void aCodeAndAnAuthorizationExpire() {
    var program = confidential();
    var person = signedIn(client);
    var code = code(program, person, "email");
    var begun = begun(program);
    rows(
        """
        update auth.oauth_authorizations
        set created_at = now() - interval '1 hour', expires_at = now() - interval '1 second'
        where client_id = ?::uuid returning id\
        """,
        program.id);

    assertThat(exchange(program, code, Map.of()).text("error_description")).contains("expired");
    assertThat(client.as(person).get("/oauth/authorizations/" + begun).text("code"))
        .isEqualTo("oauth_authorization_not_found");
  }

  @Test
  void whatEndsSessionsEndsCodesThatAreNotExchanged() {
    var program = confidential();
    var person = signedIn(client);
    var code = code(program, person, "email");

    client.as(person).post("/logout?scope=global", "");

    assertThat(exchange(program, code, Map.of()).text("error")).isEqualTo("invalid_grant");
  }

  @Test
  void somebodyBannedIsNotLetIn() {
    var program = confidential();
    var person = signedIn(client);
    var code = code(program, person, "email");
    var id = AuthClient.claim(person, "sub").getStringValue();
    client.admin().put("/admin/users/" + id, "{\"ban_duration\":\"1h\"}");

    assertThat(exchange(program, code, Map.of()).text("error")).isEqualTo("access_denied");
  }

  // --- which program

  @Test
  void aProgramProvesToBeItselfTheWayItWasRegistered() {
    var program = confidential();
    var open = publicProgram();
    var code = code(program, signedIn(client), "email");
    var basic = basic(program.id, "wrong");

    var wrong = form("/oauth/token", exchanging(code, Map.of()), basic);
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.text("error")).isEqualTo("invalid_client");
    assertThat(wrong.header("WWW-Authenticate")).startsWith("Basic");

    var posted = exchanging(code, Map.of("client_id", program.id, "client_secret", program.secret));
    assertThat(form("/oauth/token", posted, "").text("error")).isEqualTo("invalid_client");
    var nothing = exchanging(code, Map.of("client_id", program.id));
    assertThat(form("/oauth/token", nothing, "").status()).isEqualTo(401);
    assertThat(form("/oauth/token", exchanging(code, Map.of()), "").text("error"))
        .isEqualTo("invalid_client");
    var unknown = exchanging(code, Map.of("client_id", UUID.randomUUID().toString()));
    assertThat(form("/oauth/token", unknown, "").text("error")).isEqualTo("invalid_client");
    var secretive = exchanging(code, Map.of("client_id", open.id, "client_secret", "x"));
    assertThat(form("/oauth/token", secretive, "").text("error")).isEqualTo("invalid_client");

    assertThat(exchange(program, code, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void anOldSecretIsGoodNoLonger() {
    var program = confidential();
    var renewed =
        client.admin().post("/admin/oauth/clients/" + program.id + "/regenerate_secret", "");
    assertThat(renewed.status()).isEqualTo(200);

    assertThat(refresh(program, "x".repeat(12)).text("error")).isEqualTo("invalid_client");
    assertThat(
            refresh(new Program(program.id, renewed.text("client_secret")), "x".repeat(12))
                .text("error"))
        .isEqualTo("invalid_grant");
    assertThat(
            client
                .admin()
                .post("/admin/oauth/clients/" + publicProgram().id + "/regenerate_secret", "")
                .status())
        .isEqualTo(400);
  }

  // --- refresh and revocation

  @Test
  void aRefreshTokenIsForItsProgramOnly() {
    var program = confidential();
    var person = signedIn(client);
    var tokens = tokens(program, person);
    var token = tokens.text("refresh_token");

    assertThat(client.refresh(token).text("error")).isEqualTo("invalid_client");
    assertThat(refresh(confidential(), token).text("error")).isEqualTo("invalid_client");
    assertThat(refresh(program, client.signIn(emailOf(person)).text("refresh_token")).text("error"))
        .isEqualTo("invalid_client");
    assertThat(refresh(program, token).status()).isEqualTo(200);
  }

  @Test
  void aRefreshTokenThatWasReplacedLongAgoEndsTheSession() {
    var program = confidential();
    var first = tokens(program, signedIn(client)).text("refresh_token");
    var second = refresh(program, first).text("refresh_token");
    var third = refresh(program, second);
    rows(
        """
        update auth.refresh_tokens set updated_at = now() - interval '1 hour'
        where token = ? returning id\
        """,
        first);

    assertThat(refresh(program, first).text("error")).isEqualTo("invalid_grant");
    assertThat(refresh(program, third.text("refresh_token")).text("error"))
        .isEqualTo("invalid_grant");
  }

  @Test
  void aProgramRevokesWhatIsItsOwn() {
    var program = confidential();
    var tokens = tokens(program, signedIn(client));
    var token = tokens.text("refresh_token");

    assertThat(revoke(confidential(), token).status()).isEqualTo(200);
    assertThat(client.as(tokens.text("access_token")).get("/user").status()).isEqualTo(200);
    assertThat(revoke(program, "no such token").status()).isEqualTo(200);
    assertThat(revoke(new Program(program.id, "wrong"), token).status()).isEqualTo(401);

    assertThat(revoke(program, token).status()).isEqualTo(200);
    assertThat(client.as(tokens.text("access_token")).get("/user").text("code"))
        .isEqualTo("session_not_found");
  }

  @Test
  void peopleTakeBackWhatTheyGave() {
    var program = confidential();
    var person = signedIn(client);
    var tokens = tokens(program, person);
    var path = "/user/oauth/grants?client_id=" + program.id;

    assertThat(client.get("/user/oauth/grants").status()).isEqualTo(401);
    assertThat(client.as(signedIn(client)).delete(path, "").text("code"))
        .isEqualTo("oauth_consent_not_found");
    assertThat(client.as(person).delete("/user/oauth/grants", "").status()).isEqualTo(400);
    assertThat(client.as(person).delete(path, "").status()).isEqualTo(204);

    assertThat(client.as(tokens.text("access_token")).get("/user").text("code"))
        .isEqualTo("session_not_found");
    // and are asked again
    assertThat(client.as(person).get("/oauth/authorizations/" + begun(program)).text("scope"))
        .isEqualTo("openid email");
  }

  // --- devices

  @Test
  void aDeviceWaitsUntilItIsLetIn() {
    var device = device();
    var begun = form("/oauth/device_authorization", Map.of("client_id", device.id), "");
    assertThat(begun.status()).as(begun.response().body()).isEqualTo(200);
    var code = begun.text("device_code");
    var person = client.as(signedIn(client));
    var typed = begun.text("user_code").toLowerCase(java.util.Locale.ROOT);

    assertThat(poll(device, code).text("error")).isEqualTo("authorization_pending");
    assertThat(poll(device, code).text("error")).isEqualTo("slow_down");
    assertThat(poll(device(), code).text("error")).isEqualTo("invalid_grant");
    assertThat(client.get("/oauth/devices/" + typed).status()).isEqualTo(401);
    assertThat(person.get("/oauth/devices/BCDF-GHJK").status()).isEqualTo(404);

    var id = person.get("/oauth/devices/" + typed).text("authorization_id");
    assertThat(
            person
                .post("/oauth/authorizations/" + id + "/consent", "{\"action\":\"approve\"}")
                .text("redirect_url"))
        .isEqualTo(SITE + "/oauth/consent?device=approved");

    patience(code);
    assertThat(poll(device, code).status()).isEqualTo(200);
    patience(code);
    assertThat(poll(device, code).text("error")).isEqualTo("invalid_grant");
  }

  @Test
  void aDeviceIsToldNoAndThatItIsTooLate() {
    var device = device();
    var person = client.as(signedIn(client));
    var denied = form("/oauth/device_authorization", Map.of("client_id", device.id), "");
    var id = person.get("/oauth/devices/" + denied.text("user_code")).text("authorization_id");
    person.post("/oauth/authorizations/" + id + "/consent", "{\"action\":\"deny\"}");
    assertThat(poll(device, denied.text("device_code")).text("error")).isEqualTo("access_denied");

    var late = form("/oauth/device_authorization", Map.of("client_id", device.id), "");
    rows(
        """
        update auth.oauth_authorizations
        set created_at = now() - interval '1 hour', expires_at = now() - interval '1 second'
        where client_id = ?::uuid returning id\
        """,
        device.id);
    assertThat(poll(device, late.text("device_code")).text("error")).isEqualTo("expired_token");
    assertThat(
            form("/oauth/device_authorization", Map.of("client_id", publicProgram().id), "")
                .text("error"))
        .isEqualTo("unauthorized_client");
  }

  // --- steps

  private static String redirecting(String address) {
    return "{\"client_name\":\"P\",\"redirect_uris\":[\"" + address + "\"]}";
  }

  private static Program confidential() {
    return registered(redirecting(BACK));
  }

  /// One that an administrator has made.
  private static Program known() {
    var made = client.admin().post("/admin/oauth/clients", redirecting(BACK));
    return new Program(made.text("client_id"), made.text("client_secret"));
  }

  private static Program publicProgram() {
    return registered(
        "{\"redirect_uris\":[\"" + BACK + "\"],\"token_endpoint_auth_method\":\"none\"}");
  }

  private static Program device() {
    return registered(
        """
        {"token_endpoint_auth_method": "none",
         "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"]}\
        """);
  }

  private static Program registered(String body) {
    var made = client.post("/oauth/clients/register", body);
    assertThat(made.status()).as(made.response().body()).isEqualTo(201);
    return new Program(made.text("client_id"), made.text("client_secret"));
  }

  private static String signedIn(AuthClient at) {
    var email = AuthClient.newEmail();
    var body =
        "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
            .formatted(email, AuthClient.PASSWORD);
    assertThat(at.admin().post("/admin/users", body).status()).isEqualTo(200);
    return at.signIn(email).text("access_token");
  }

  private static String emailOf(String token) {
    return AuthClient.claim(token, "email").getStringValue();
  }

  private static Answer authorize(Program program, String redirect, Map<String, String> more) {
    var values = new LinkedHashMap<String, String>();
    values.put("client_id", program.id);
    values.put("redirect_uri", redirect);
    values.put("scope", "openid email");
    values.put("state", "s-t");
    values.put("code_challenge", challenge());
    values.put("code_challenge_method", "S256");
    values.putAll(more);
    return client.with("apikey", "").get("/oauth/authorize?" + encoded(values));
  }

  private static String challenge() {
    return Crypto.base64Url(Crypto.sha256(VERIFIER.getBytes(StandardCharsets.UTF_8)));
  }

  /// The id of an authorization that the program has begun.
  private static String begun(Program program) {
    return begun(program, "openid email");
  }

  private static String begun(Program program, String scope) {
    var location = authorize(program, BACK, Map.of("scope", scope)).header("Location");
    assertThat(location).startsWith(SITE + "/oauth/consent?authorization_id=");
    return Objects.requireNonNull(query(location).get("authorization_id"));
  }

  /// The code a program gets after the person has consented, or had before.
  private static String code(Program program, String person, String scope) {
    var path = "/oauth/authorizations/" + begun(program, scope);
    var asked = client.as(person).get(path);
    var back =
        asked.text("redirect_url").isEmpty()
            ? client.as(person).post(path + "/consent", "{\"action\":\"approve\"}")
            : asked;
    return Objects.requireNonNull(query(back.text("redirect_url")).get("code"));
  }

  private static Answer tokens(Program program, String person) {
    return tokens(program, person, "openid email");
  }

  private static Answer tokens(Program program, String person, String scope) {
    return exchange(program, code(program, person, scope), Map.of());
  }

  private static Answer exchange(Program program, String code, Map<String, String> more) {
    return form("/oauth/token", exchanging(code, more), basic(program.id, program.secret));
  }

  private static Map<String, String> exchanging(String code, Map<String, String> more) {
    var values = new LinkedHashMap<String, String>();
    values.put("grant_type", "authorization_code");
    values.put("code", code);
    values.put("redirect_uri", BACK);
    values.put("code_verifier", VERIFIER);
    values.putAll(more);
    return values;
  }

  private static Answer refresh(Program program, String token) {
    return form(
        "/oauth/token",
        Map.of("grant_type", "refresh_token", "refresh_token", token),
        basic(program.id, program.secret));
  }

  private static Answer revoke(Program program, String token) {
    return form("/oauth/revoke", Map.of("token", token), basic(program.id, program.secret));
  }

  private static Answer poll(Program program, String code) {
    return form(
        "/oauth/token",
        Map.of(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:device_code",
            "device_code",
            code,
            "client_id",
            program.id),
        "");
  }

  /// As if the device had waited as long as it was told to.
  private static void patience(String code) {
    rows(
        """
        update stabbur_auth.oauth_devices set asked_at = now() - interval '1 minute'
        where device_hash = ? returning user_code\
        """,
        Crypto.base64Url(Crypto.sha256(code.getBytes(StandardCharsets.UTF_8))));
  }

  private static String basic(String id, String secret) {
    var text = (id + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(text);
  }

  /// Without any key of the project, as programs of others ask.
  private static Answer form(String path, Map<String, String> values, String authorization) {
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/auth/v1" + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(encoded(values)));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    try {
      var response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), Json.parse(response.body()), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(Map<String, String> values) {
    return values.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static Map<String, String> query(String address) {
    return AuthServer.form(URI.create(address).getRawQuery());
  }

  private static List<String> rows(String sql, String value) {
    return server
        .project()
        .admin()
        .transaction(
            server.project().keeper("supabase_auth_admin"),
            io.stabbur.platform.db.Access.WRITE,
            tx -> tx.list(Statement.of(sql, value), rows -> String.valueOf(rows.getString(1))));
  }
}

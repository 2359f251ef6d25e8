package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.AuthClient.Answer;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Passkeys with an authenticator in software: what signs in, and what does not.
class PasskeyTest {
  private static TestServer server;
  private static AuthClient client;

  /// Somebody with a passkey.
  private record Person(String email, String token, SoftAuthenticator authenticator, String id) {}

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.auth.site-url",
                "http://localhost:3000",
                "stabbur.auth.passkeys.enabled",
                true,
                "stabbur.auth.passkeys.most",
                2,
                "stabbur.auth.factors.webauthn",
                true,
                "stabbur.auth.limits.factor",
                0,
                "stabbur.auth.limits.passkey",
                0));
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void whereTheyAreSwitchedOffNothingIsThere() {
    var off = new AuthClient(TestServer.shared());

    assertThat(
            List.of(
                off.post("/passkeys/authentication/options", "{}"),
                off.post("/passkeys/authentication/verify", "{}"),
                off.post("/passkeys/registration/options", "{}"),
                off.post("/passkeys/registration/verify", "{}"),
                off.get("/passkeys")))
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(404);
              assertThat(answer.text("code")).isEqualTo("passkey_disabled");
            });
    assertThat(off.get("/settings").at("passkeys_enabled").getBooleanValue()).isFalse();
    assertThat(client.get("/settings").at("passkeys_enabled").getBooleanValue()).isTrue();
  }

  @Test
  void aPasskeySignsInWithoutANameOrPassword() {
    var person = withPasskey();

    var session = signIn(person.authenticator);

    assertThat(session.status()).as(session.response().body()).isEqualTo(200);
    assertThat(session.at("user.email").getStringValue()).isEqualTo(person.email);
    assertThat(AuthClient.claim(session.text("access_token"), "amr.0.method").getStringValue())
        .isEqualTo("passkey");
    assertThat(client.refresh(session.text("refresh_token")).status()).isEqualTo(200);
    var listed = client.as(person.token).get("/passkeys").json();
    assertThat(AuthClient.at(listed, "0.last_used_at").getStringValue()).isNotEmpty();
  }

  @Test
  void aChallengeIsGoodOnceAndForWhatItWasMadeFor() {
    var person = withPasskey();
    var asked = options("authentication", client);
    var answer = verifying(asked, person.authenticator.get(child(asked, "options")));
    assertThat(client.post("/passkeys/authentication/verify", answer).status()).isEqualTo(200);
    assertThat(client.post("/passkeys/authentication/verify", answer).text("code"))
        .isEqualTo("webauthn_challenge_not_found");

    var registration = options("registration", client.as(person.token));
    assertThat(
            client
                .post(
                    "/passkeys/authentication/verify",
                    verifying(
                        registration, person.authenticator.get(child(registration, "options"))))
                .text("code"))
        .isEqualTo("webauthn_challenge_not_found");
    // somebody else's
    var other = client.as(signedUp());
    assertThat(
            other
                .post(
                    "/passkeys/registration/verify",
                    verifying(
                        registration,
                        new SoftAuthenticator().create(child(registration, "options"))))
                .text("code"))
        .isEqualTo("webauthn_challenge_not_found");
  }

  @Test
  void anAnswerFromElsewhereOrToAnotherQuestionIsRefused() {
    var person = withPasskey();
    var phisher = person.authenticator;

    phisher.origin = "https://localhost.evil.example.org";
    assertRefused(signIn(phisher));
    phisher.origin = "http://localhost:3000";
    phisher.site = "evil.example.org";
    assertRefused(signIn(phisher));
    phisher.site = "localhost";

    var first = options("authentication", client);
    var second = options("authentication", client);
    var answer = verifying(second, phisher.get(child(first, "options")));
    assertRefused(client.post("/passkeys/authentication/verify", answer));

    assertThat(signIn(phisher).status()).isEqualTo(200);
  }

  @Test
  void aPasskeySignsInNobodyElse() {
    var mine = withPasskey();
    var theirs = withPasskey();
    mine.authenticator.claimToBe(AuthClient.claim(theirs.token, "sub").getStringValue());
    assertRefused(signIn(mine.authenticator));
    mine.authenticator.claimToBe("nobody");
    assertRefused(signIn(mine.authenticator));

    var stranger = new SoftAuthenticator();
    stranger.claimToBe(AuthClient.claim(theirs.token, "sub").getStringValue());
    assertRefused(signIn(stranger));
  }

  @Test
  void aCopyOfAnAuthenticatorIsNoticed() {
    var person = withPasskey();
    assertThat(signIn(person.authenticator).status()).isEqualTo(200);
    assertThat(signIn(person.authenticator).status()).isEqualTo(200);

    person.authenticator.countFrom(0);

    assertRefused(signIn(person.authenticator));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\"}",
        "{\"rawId\":\"AA\",\"type\":\"public-key\",\"response\":{}}",
        "{\"rawId\":\"$\",\"response\":{\"clientDataJSON\":\"e30\",\"authenticatorData\":\"AA\",\"signature\":\"AA\"}}",
        "{\"rawId\":7,\"response\":[]}"
      })
  void answersThatAreNoneAreRefused(String credential) {
    assertRefused(
        client.post(
            "/passkeys/authentication/verify",
            verifying(options("authentication", client), credential)));
    var person = client.as(signedUp());
    assertRefused(
        person.post(
            "/passkeys/registration/verify",
            verifying(options("registration", person), credential)));
  }

  @Test
  void registrationIsForThePersonAlone() {
    assertThat(client.post("/passkeys/registration/options", "{}").status()).isEqualTo(401);
    assertThat(client.post("/passkeys/registration/verify", "{}").status()).isEqualTo(400);
    assertThat(client.get("/passkeys").status()).isEqualTo(401);
    var person = client.as(signedUp());
    var asked = options("registration", person);
    assertThat(person.post("/passkeys/registration/verify", "{}").text("code"))
        .isEqualTo("validation_failed");
    var answer = verifying(asked, new SoftAuthenticator().create(child(asked, "options")));
    assertThat(client.post("/passkeys/registration/verify", answer).status()).isEqualTo(401);
    assertThat(person.post("/passkeys/registration/verify", answer).status()).isEqualTo(200);
  }

  @Test
  void nobodyHasMoreThanAllowedNorOneTwice() {
    var person = withPasskey();
    var mine = client.as(person.token);
    var asked = options("registration", mine);
    assertThat(AuthClient.at(asked, "options.excludeCredentials").size()).isEqualTo(1);
    var again = verifying(asked, person.authenticator.create(child(asked, "options")));
    assertThat(mine.post("/passkeys/registration/verify", again).text("code"))
        .isEqualTo("webauthn_credential_exists");

    register(mine, new SoftAuthenticator());
    var full = mine.post("/passkeys/registration/options", "{}");
    assertThat(full.status()).isEqualTo(422);
    assertThat(full.text("code")).isEqualTo("too_many_passkeys");
  }

  @Test
  void peopleRenameAndRemoveTheirOwn() {
    var person = withPasskey();
    var mine = client.as(person.token);
    var other = client.as(signedUp());
    var path = "/passkeys/" + person.id;
    var name = "{\"friendly_name\":\"Telefonen\"}";

    assertThat(other.send("PATCH", path, name).status()).isEqualTo(404);
    assertThat(other.delete(path, "").status()).isEqualTo(404);
    assertThat(client.delete(path, "").status()).isEqualTo(401);
    assertThat(mine.send("PATCH", path, "{\"friendly_name\":\"\"}").status()).isEqualTo(400);
    assertThat(mine.send("PATCH", path, name).text("friendly_name")).isEqualTo("Telefonen");
    assertThat(mine.delete("/passkeys/x", "").status()).isEqualTo(404);

    assertThat(mine.delete(path, "").status()).isEqualTo(204);
    assertRefused(signIn(person.authenticator));
  }

  @Test
  void administratorsSeeAndRemoveThem() {
    var person = withPasskey();
    var user = AuthClient.claim(person.token, "sub").getStringValue();
    var path = "/admin/users/" + user + "/passkeys";

    assertThat(client.get(path).status()).isEqualTo(401);
    assertThat(client.as(person.token).get(path).status()).isEqualTo(403);
    assertThat(client.as(person.token).delete(path + "/" + person.id, "").status()).isEqualTo(403);
    assertThat(AuthClient.at(client.admin().get(path).json(), "0.id").getStringValue())
        .isEqualTo(person.id);
    assertThat(client.admin().delete(path + "/" + person.id, "").status()).isEqualTo(204);
    assertRefused(signIn(person.authenticator));
  }

  @Test
  void somebodyBannedOrDeletedIsNotLetIn() {
    var person = withPasskey();
    var user = "/admin/users/" + AuthClient.claim(person.token, "sub").getStringValue();
    client.admin().put(user, "{\"ban_duration\":\"1h\"}");
    assertThat(signIn(person.authenticator).text("code")).isEqualTo("user_banned");

    client.admin().put(user, "{\"ban_duration\":\"none\"}");
    client.admin().delete(user, "{\"should_soft_delete\":true}");
    assertRefused(signIn(person.authenticator));
  }

  // --- as a second factor

  @Test
  void aSecurityKeyRaisesTheSession() {
    var email = AuthClient.newEmail();
    var session = client.signUp(email);
    var key = new SoftAuthenticator();
    var factor = enrolled(session.text("access_token"), key);

    var again = client.signIn(email);
    var as = client.as(again.text("access_token"));
    var asked = as.post("/factors/" + factor + "/challenge", "{}");
    assertThat(asked.at("webauthn.type").getStringValue()).isEqualTo("request");
    assertThat(asked.at("webauthn.credential_options.publicKey.allowCredentials").size())
        .isEqualTo(1);
    var raised = answered(as, factor, asked, "request", key.get(publicKey(asked)));
    assertThat(raised.status()).as(raised.response().body()).isEqualTo(200);
    assertThat(AuthClient.claim(raised.text("access_token"), "aal").getStringValue())
        .isEqualTo("aal2");
    assertThat(AuthClient.claim(raised.text("access_token"), "amr.0.method").getStringValue())
        .isEqualTo("mfa/webauthn");
    // and is needed to add a passkey
    assertThat(as.post("/passkeys/registration/options", "{}").status()).isEqualTo(200);
    assertThat(
            client
                .as(client.signIn(email).text("access_token"))
                .post("/passkeys/registration/options", "{}")
                .text("code"))
        .isEqualTo("insufficient_aal");
  }

  @Test
  void anotherKeyOrAnotherAnswerRaisesNothing() {
    var email = AuthClient.newEmail();
    var key = new SoftAuthenticator();
    var factor = enrolled(client.signUp(email).text("access_token"), key);
    var as = client.as(client.signIn(email).text("access_token"));

    var asked = as.post("/factors/" + factor + "/challenge", "{}");
    var stranger = new SoftAuthenticator();
    assertThat(answered(as, factor, asked, "request", stranger.get(publicKey(asked))).text("code"))
        .isEqualTo("mfa_verification_failed");
    // a verified factor is not given another credential
    assertThat(
            answered(
                    as,
                    factor,
                    asked,
                    "create",
                    stranger.create(
                        child(
                            child(
                                child(enrolling(client.as(signedUp())).json(), "webauthn"),
                                "credential_options"),
                            "publicKey")))
                .text("code"))
        .isEqualTo("validation_failed");
    key.site = "evil.example.org";
    assertThat(answered(as, factor, asked, "request", key.get(publicKey(asked))).text("code"))
        .isEqualTo("mfa_verification_failed");
    assertThat(
            as.post(
                    "/factors/" + factor + "/verify",
                    "{\"challenge_id\":\"%s\",\"code\":\"123456\"}".formatted(asked.text("id")))
                .text("code"))
        .isEqualTo("validation_failed");
    assertThat(AuthClient.claim(client.signIn(email).text("access_token"), "aal").getStringValue())
        .isEqualTo("aal1");
  }

  @Test
  void aSecurityKeyIsNoFactorWhereThatIsSwitchedOff() {
    var off = new AuthClient(TestServer.shared());
    var token = off.signUp(AuthClient.newEmail()).text("access_token");

    var refused = off.as(token).post("/factors", "{\"factor_type\":\"webauthn\"}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("code")).isEqualTo("mfa_webauthn_enroll_not_enabled");
  }

  @Test
  void web3IsRefusedAsTheOriginalRefusesIt() {
    var refused = client.post("/token?grant_type=web3", "{\"chain\":\"solana\"}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("code")).isEqualTo("web3_provider_disabled");
  }

  /// The challenge of a factor that is just begun.
  private static Answer enrolling(AuthClient as) {
    var body = "{\"factor_type\":\"webauthn\",\"friendly_name\":\"key\"}";
    var factor = as.post("/factors", body);
    assertThat(factor.status()).as(factor.response().body()).isEqualTo(200);
    return as.post("/factors/" + factor.text("id") + "/challenge", "{}");
  }

  private static String enrolled(String token, SoftAuthenticator key) {
    var as = client.as(token);
    var asked = enrolling(as);
    assertThat(asked.at("webauthn.type").getStringValue()).isEqualTo("create");
    var user = as.get("/user");
    var factor = user.at("factors.0.id").getStringValue();
    var made = answered(as, factor, asked, "create", key.create(publicKey(asked)));
    assertThat(made.status()).as(made.response().body()).isEqualTo(200);
    return factor;
  }

  private static JsonNode publicKey(Answer asked) {
    return asked.at("webauthn.credential_options.publicKey");
  }

  private static Answer answered(
      AuthClient as, String factor, Answer asked, String type, String credential) {
    return as.post(
        "/factors/" + factor + "/verify",
        "{\"challenge_id\":\"%s\",\"webauthn\":{\"type\":\"%s\",\"credential_response\":%s}}"
            .formatted(asked.text("id"), type, credential));
  }

  // --- steps

  private static void assertRefused(Answer answer) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
    assertThat(answer.text("code")).isEqualTo("webauthn_verification_failed");
  }

  private static String signedUp() {
    return client.signUp(AuthClient.newEmail()).text("access_token");
  }

  private static Person withPasskey() {
    var email = AuthClient.newEmail();
    var token = client.signUp(email).text("access_token");
    var authenticator = new SoftAuthenticator();
    var made = register(client.as(token), authenticator);
    return new Person(email, token, authenticator, made.text("id"));
  }

  private static Answer register(AuthClient person, SoftAuthenticator authenticator) {
    var asked = options("registration", person);
    var made =
        person.post(
            "/passkeys/registration/verify",
            verifying(asked, authenticator.create(child(asked, "options"))));
    assertThat(made.status()).as(made.response().body()).isEqualTo(200);
    return made;
  }

  private static Answer signIn(SoftAuthenticator authenticator) {
    var asked = options("authentication", client);
    return client.post(
        "/passkeys/authentication/verify",
        verifying(asked, authenticator.get(child(asked, "options"))));
  }

  private static JsonNode options(String what, AuthClient person) {
    var asked = person.post("/passkeys/" + what + "/options", "{}");
    assertThat(asked.status()).as(asked.response().body()).isEqualTo(200);
    return asked.json();
  }

  private static String verifying(JsonNode asked, String credential) {
    return "{\"challenge_id\":\"%s\",\"credential\":%s}"
        .formatted(child(asked, "challenge_id").getStringValue(), credential);
  }

  private static JsonNode child(JsonNode json, String name) {
    return Objects.requireNonNull(json.get(name));
  }
}

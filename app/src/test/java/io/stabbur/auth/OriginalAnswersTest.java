package io.stabbur.auth;

import static io.stabbur.auth.Foothold.assertOk;
import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.auth.factor.Authenticator;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.testing.Http;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Answers that clients of the original look at: words, codes and fields.
class OriginalAnswersTest {
  private static final AuthServer AT =
      new AuthServer(Map.of("stabbur.auth.password.min-length", 8));
  private static final String VERIFIER = "v".repeat(50);

  @AfterAll
  static void stop() {
    AT.close();
  }

  @Test
  void whoeverSignsInWithAWeakPasswordIsTold() {
    var email = AuthClient.newEmail();
    var bcrypt =
        org.bouncycastle.crypto.generators.OpenBSDBCrypt.generate(
            "kort".toCharArray(), new byte[16], 4);
    assertOk(
        AT.client
            .admin()
            .post(
                "/admin/users",
                "{\"email\":\"%s\",\"password_hash\":\"%s\",\"email_confirm\":true}"
                    .formatted(email, bcrypt)));

    var session = AT.client.signIn(email, "kort");
    var strong =
        AT.client.signIn(AT.signedUp(AuthClient.newEmail()).at("user.email").getStringValue());

    assertOk(session);
    assertThat(session.at("weak_password.reasons.0").getStringValue()).isEqualTo("length");
    assertThat(session.at("weak_password.message").getStringValue())
        .isEqualTo("Password should be at least 8 characters.");
    assertThat(strong.json().get("weak_password")).isNull();
  }

  @Test
  void aPkceRedirectKeepsTheRouteAndReplacesAStaleCode() {
    var email = AuthClient.newEmail();
    AT.signedUp(email);
    var challenge = Crypto.base64Url(Crypto.sha256(VERIFIER.getBytes(StandardCharsets.UTF_8)));
    var target = AuthServer.APP + "?a=1%26b&code=stale&c=2#/profil";
    AT.client.post(
        "/otp?redirect_to=" + java.net.URLEncoder.encode(target, StandardCharsets.UTF_8),
        "{\"email\":\"%s\",\"code_challenge\":\"%s\",\"code_challenge_method\":\"s256\"}"
            .formatted(email, challenge));

    var location =
        AT.client.with("apikey", "").get(AT.mailbox.last(email).link()).header("Location");

    assertThat(location).matches(".*/velkommen\\?a=1%26b&c=2&code=[0-9a-f-]{36}#/profil");
  }

  @Test
  void anEmptyPasswordIsRefused() {
    var session = AT.signedUp(AuthClient.newEmail());
    var id = session.at("user.id").getStringValue();
    var own = AT.client.as(session.text("access_token")).put("/user", "{\"password\":\"\"}");
    var given = AT.client.admin().put("/admin/users/" + id, "{\"password\":\"\"}");

    for (var refused : List.of(own, given)) {
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.text("code")).isEqualTo("weak_password");
    }
  }

  @Test
  void aTakenIdIsNamedAsSuch() {
    var id = UUID.randomUUID().toString();
    var body = "{\"id\":\"%s\",\"email\":\"%s\"}";
    assertOk(AT.client.admin().post("/admin/users", body.formatted(id, AuthClient.newEmail())));

    var taken = AT.client.admin().post("/admin/users", body.formatted(id, AuthClient.newEmail()));

    assertThat(taken.status()).isEqualTo(422);
    assertThat(taken.text("code")).isEqualTo("user_already_exists");
    assertThat(taken.text("message")).contains("ID");
  }

  @Test
  void unknownFactorsChallengesAndIdentitiesAreToldApart() {
    var session = AT.signedUp(AuthClient.newEmail());
    var signedIn = AT.client.as(session.text("access_token"));
    var factor = signedIn.post("/factors", "{\"factor_type\":\"totp\"}").text("id");
    assertOk(AT.link(signedIn, AuthClient.newEmail(), true));
    var path = "/factors/" + UUID.randomUUID();
    var some = "{\"challenge_id\":\"%s\",\"code\":\"123456\"}".formatted(UUID.randomUUID());

    for (var unknown :
        List.of(
            signedIn.post(path + "/challenge", "{}"),
            signedIn.post(path + "/verify", some),
            signedIn.delete(path, ""))) {
      told(unknown, 404, "mfa_factor_not_found", "Factor not found");
    }
    told(signedIn.delete("/factors/x", ""), 404, "validation_failed", "factor_id must be an UUID");
    told(
        signedIn.post("/factors/" + factor + "/verify", some),
        422,
        "mfa_factor_not_found",
        "MFA factor with the provided challenge ID not found");
    told(
        signedIn.post("/factors/" + factor + "/verify", "{\"code\":\"\"}"),
        400,
        "validation_failed",
        "Code needs to be non-empty");
    assertThat(
            signedIn
                .post(
                    "/factors/" + factor + "/verify",
                    "{\"challenge_id\":\"x\",\"code\":\"123456\"}")
                .text("code"))
        .isEqualTo("bad_json");
    told(
        signedIn.delete("/user/identities/x", ""),
        404,
        "validation_failed",
        "identity_id must be an UUID");
    told(
        signedIn.delete("/user/identities/" + UUID.randomUUID(), ""),
        422,
        "identity_not_found",
        "Identity doesn't exist");
  }

  @Test
  void aWrongCodeIsToldByTheKindOfFactor() {
    var session = AT.signedUp(AuthClient.newEmail());
    var signedIn = AT.client.as(session.text("access_token"));
    var totp = signedIn.post("/factors", "{\"factor_type\":\"totp\"}");
    var right = Authenticator.code(totp.at("totp.secret").getStringValue());
    told(
        verify(signedIn, totp.text("id"), right.equals("123456") ? "654321" : "123456"),
        422,
        "mfa_verification_failed",
        "Invalid TOTP code entered");
    var number = AuthServer.newPhone();
    var phone =
        signedIn.post("/factors", "{\"factor_type\":\"phone\",\"phone\":\"%s\"}".formatted(number));
    told(
        verify(signedIn, phone.text("id"), "xxxxxx"),
        422,
        "mfa_verification_failed",
        "Invalid MFA Phone code entered");
    told(
        signedIn.post("/factors", "{\"factor_type\":\"phone\"}"),
        400,
        "validation_failed",
        "Phone number required to enroll Phone factor");
    told(
        signedIn.post("/factors", "{\"factor_type\":\"webauthn\"}"),
        422,
        "mfa_webauthn_enroll_not_enabled",
        "MFA enroll is disabled for WebAuthn");
  }

  @Test
  void aFactorAlwaysHasItsPhoneAndWhenItWasChallenged() {
    var session = AT.signedUp(AuthClient.newEmail());
    var signedIn = AT.client.as(session.text("access_token"));
    assertOk(signedIn.post("/factors", "{\"factor_type\":\"totp\"}"));

    var factor = signedIn.get("/user").at("factors.0");

    assertThat(AuthClient.at(factor, "phone").getStringValue()).isEmpty();
    assertThat(AuthClient.at(factor, "last_challenged_at").isNull()).isTrue();
  }

  @Test
  void theEmailIdentityComesFirst() {
    for (int i = 0; i < 6; i++) {
      var made =
          AT.client
              .admin()
              .post(
                  "/admin/users",
                  "{\"email\":\"%s\",\"phone\":\"%s\"}"
                      .formatted(AuthClient.newEmail(), AuthServer.newPhone()));

      assertThat(AuthServer.providers(made)).containsExactly("email", "phone");
      assertThat(made.at("app_metadata.provider").getStringValue()).isEqualTo("email");
      assertThat(made.at("app_metadata.providers.1").getStringValue()).isEqualTo("phone");
    }
  }

  @Test
  void anAdministratorWritesNoClaimThatAnAddressIsUnverified() {
    var made =
        AT.client
            .admin()
            .post("/admin/users", "{\"email\":\"%s\"}".formatted(AuthClient.newEmail()));

    assertThat(made.at("user_metadata").size()).isZero();
  }

  @Test
  void linkingFillsWhatIsMissingAndChangesNothing() {
    var signedIn = AT.client.as(AT.signedUp(AuthClient.newEmail()).text("access_token"));
    assertOk(signedIn.put("/user", "{\"data\":{\"name\":\"Valgt selv\"}}"));
    var before = signedIn.get("/user").at("user_metadata");

    assertOk(AT.link(signedIn, AuthClient.newEmail(), true));

    var after = signedIn.get("/user").at("user_metadata");
    for (var entry : before.entries()) {
      assertThat(AuthClient.at(after, entry.getKey())).isEqualTo(entry.getValue());
    }
    assertThat(AuthClient.at(after, "full_name").getStringValue()).isEqualTo("Kari");
  }

  @Test
  void aTokenOfADeletedAccountLacksItsSessionWhereTheRowIsKept() {
    for (var soft : List.of(true, false)) {
      var session = AT.signedUp(AuthClient.newEmail());
      var id = session.at("user.id").getStringValue();
      var body = "{\"should_soft_delete\":%s}".formatted(soft);
      assertOk(AT.client.admin().delete("/admin/users/" + id, body));

      var refused = AT.client.as(session.text("access_token")).get("/user");
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.text("code")).isEqualTo(soft ? "session_not_found" : "user_not_found");
    }
  }

  @Test
  void aBodyWithoutALengthIsReadUpToTheLimit() {
    var good = "{\"email\":\"%s\",\"password\":\"x\"}".formatted(AuthClient.newEmail());
    var large = "{\"email\":\"" + "x".repeat(2 << 20) + "\"}";

    assertThat(chunked(good)).isEqualTo(400);
    assertThat(chunked(large)).isEqualTo(413);
  }

  private static int chunked(String body) {
    var stream =
        HttpRequest.BodyPublishers.ofInputStream(
            () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    return Http.sendBody(
            "POST",
            AT.server.url() + "/auth/v1/token?grant_type=password",
            stream,
            "apikey",
            AT.server.project().keys().anonKey().reveal(),
            "Content-Type",
            "application/json")
        .statusCode();
  }

  private static AuthClient.Answer verify(AuthClient signedIn, String factor, String code) {
    var path = "/factors/" + factor;
    var challenge = signedIn.post(path + "/challenge", "{}").text("id");
    return signedIn.post(
        path + "/verify", "{\"challenge_id\":\"%s\",\"code\":\"%s\"}".formatted(challenge, code));
  }

  private static void told(AuthClient.Answer answer, int status, String code, String message) {
    assertThat(answer.text("message")).isEqualTo(message);
    assertThat(answer.text("code")).as(message).isEqualTo(code);
    assertThat(answer.status()).as(message).isEqualTo(status);
  }
}

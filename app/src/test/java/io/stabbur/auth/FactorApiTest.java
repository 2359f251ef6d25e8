package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.auth.factor.Authenticator;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Second factors over the wire, with an authenticator in software.
class FactorApiTest {
  private static TestServer server;
  private static AuthClient client;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.auth.limits.factor",
                0,
                "stabbur.auth.limits.token",
                0,
                "stabbur.auth.factors.phone",
                true,
                "stabbur.auth.sms.test-codes",
                "4791234567:424242"));
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aVerifiedFactorLiftsTheSessionAndEndsTheOthers() {
    var email = AuthClient.newEmail();
    var other = client.signUp(email);
    var session = client.signIn(email);
    var signedIn = client.as(session.text("access_token"));

    var factor = enroll(signedIn, "telefonen");
    var verified =
        verify(signedIn, factor, Authenticator.code(factor.at("totp.secret").getStringValue()));

    assertThat(factor.text("type")).isEqualTo("totp");
    assertThat(factor.at("totp.uri").getStringValue()).startsWith("otpauth://totp/");
    assertThat(factor.at("totp.qr_code").getStringValue()).startsWith("<svg");
    assertThat(verified.status()).isEqualTo(200);
    var token = verified.text("access_token");
    assertThat(AuthClient.claim(token, "aal").getStringValue()).isEqualTo("aal2");
    assertThat(io.stabbur.platform.json.Json.write(AuthClient.claim(token, "amr")))
        .contains("totp", "password");
    assertThat(verified.at("user.factors.0.status").getStringValue()).isEqualTo("verified");
    assertThat(client.refresh(session.text("refresh_token")).status())
        .as("a client that lost the answer goes on with the token it has")
        .isEqualTo(200);
    assertThat(client.refresh(verified.text("refresh_token")).status()).isEqualTo(200);
    assertThat(client.as(other.text("access_token")).get("/user").text("code"))
        .isEqualTo("session_not_found");
  }

  @Test
  void aalStaysThroughARefresh() {
    var signedIn = secured(AuthClient.newEmail());

    var fresh = client.refresh(signedIn.text("refresh_token"));

    assertThat(AuthClient.claim(fresh.text("access_token"), "aal").getStringValue())
        .isEqualTo("aal2");
  }

  @Test
  void withoutTheFactorNothingThatIdentifiesIsChanged() {
    var email = AuthClient.newEmail();
    secured(email);
    var weak = client.as(client.signIn(email).text("access_token"));

    assertThat(weak.put("/user", "{\"password\":\"et helt nytt\"}").text("code"))
        .isEqualTo("insufficient_aal");
    assertThat(weak.put("/user", "{\"data\":{\"navn\":\"Kari\"}}").status()).isEqualTo(200);
    assertThat(enroll(weak, "enda en").text("code")).isEqualTo("insufficient_aal");
    var factor = weak.get("/user").at("factors.0.id").getStringValue();
    assertThat(weak.delete("/factors/" + factor, "").text("code")).isEqualTo("insufficient_aal");
  }

  @Test
  void wrongCodesAndUsedChallengesAreRefused() {
    var signedIn = client.as(client.signUp(AuthClient.newEmail()).text("access_token"));
    var factor = enroll(signedIn, "");
    var code = Authenticator.code(factor.at("totp.secret").getStringValue());
    var challenge = challenge(signedIn, factor);

    var wrong = verify(signedIn, factor, challenge, code.equals("000000") ? "111111" : "000000");
    var right = verify(signedIn, factor, challenge, code);
    var again = verify(client.as(right.text("access_token")), factor, challenge, code);

    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.text("code")).isEqualTo("mfa_verification_failed");
    assertThat(right.status()).isEqualTo(200);
    assertThat(again.text("code")).isEqualTo("mfa_factor_not_found");
  }

  @Test
  void aCodeOfTheAppSignsInOnlyOnce() {
    var email = AuthClient.newEmail();
    var first = client.as(client.signUp(email).text("access_token"));
    var factor = enroll(first, "");
    var secret = factor.at("totp.secret").getStringValue();
    verify(first, factor, Authenticator.code(secret));
    var code = Authenticator.next(secret);
    var second = client.as(client.signIn(email).text("access_token"));
    var third = client.as(client.signIn(email).text("access_token"));

    assertThat(verify(second, factor, code).status()).isEqualTo(200);
    assertThat(client.as(client.signIn(email).text("access_token")).get("/user").status())
        .isEqualTo(200);
    assertThat(third.get("/user").status()).isEqualTo(403);
    var fourth = client.as(client.signIn(email).text("access_token"));
    assertThat(verify(fourth, factor, code).text("code")).isEqualTo("mfa_verification_failed");
  }

  @Test
  void namesAreGivenOnce() {
    var signedIn = client.as(client.signUp(AuthClient.newEmail()).text("access_token"));
    enroll(signedIn, "telefonen");

    assertThat(enroll(signedIn, "telefonen").text("code")).isEqualTo("mfa_factor_name_conflict");
  }

  @Test
  void removingTheFactorTakesTheSessionDown() {
    var session = secured(AuthClient.newEmail());
    var signedIn = client.as(session.text("access_token"));
    var factor = session.at("user.factors.0.id").getStringValue();

    var removed = signedIn.delete("/factors/" + factor, "");
    var fresh = client.refresh(session.text("refresh_token"));

    assertThat(removed.text("id")).isEqualTo(factor);
    assertThat(AuthClient.claim(fresh.text("access_token"), "aal").getStringValue())
        .isEqualTo("aal1");
  }

  @Test
  void aPhoneIsAFactorToo() {
    var signedIn = client.as(client.signUp(AuthClient.newEmail()).text("access_token"));

    var factor = signedIn.post("/factors", "{\"factor_type\":\"phone\",\"phone\":\"+4791234567\"}");
    var verified = verify(signedIn, factor, "424242");

    assertThat(factor.text("phone")).isEqualTo("4791234567");
    assertThat(verified.status()).isEqualTo(200);
    assertThat(AuthClient.claim(verified.text("access_token"), "aal").getStringValue())
        .isEqualTo("aal2");
  }

  @Test
  void aFactorBegunBeforeTheOwnersWasVerifiedLiftsNothing() {
    var email = AuthClient.newEmail();
    var signedIn = client.as(client.signUp(email).text("access_token"));
    var early = signedIn.post("/factors", "{\"factor_type\":\"phone\",\"phone\":\"+4791234567\"}");
    var begun = challenge(signedIn, early);
    var owners = enroll(signedIn, "telefonen");
    var code = Authenticator.code(owners.at("totp.secret").getStringValue());
    assertThat(verify(signedIn, owners, code).status()).isEqualTo(200);

    var password = client.as(client.signIn(email).text("access_token"));

    assertThat(password.post("/factors/" + early.text("id") + "/challenge", "{}").text("code"))
        .isEqualTo("insufficient_aal");
    var lifted = verify(password, early, begun, "424242");
    assertThat(lifted.status()).isEqualTo(403);
    assertThat(lifted.text("code")).isEqualTo("insufficient_aal");
  }

  @Test
  void administratorsSeeAndRemoveFactors() {
    var session = secured(AuthClient.newEmail());
    var path = "/admin/users/" + session.at("user.id").getStringValue() + "/factors";

    var listed = client.admin().get(path);
    client.admin().delete(path + "/" + listed.at("0.id").getStringValue(), "");

    assertThat(listed.json().size()).isEqualTo(1);
    assertThat(client.admin().get(path).json().size()).isZero();
  }

  private static AuthClient.Answer secured(String email) {
    var signedIn = client.as(client.signUp(email).text("access_token"));
    var factor = enroll(signedIn, "");
    return verify(signedIn, factor, Authenticator.code(factor.at("totp.secret").getStringValue()));
  }

  private static AuthClient.Answer enroll(AuthClient signedIn, String name) {
    return signedIn.post(
        "/factors", "{\"factor_type\":\"totp\",\"friendly_name\":\"%s\"}".formatted(name));
  }

  private static String challenge(AuthClient signedIn, AuthClient.Answer factor) {
    return signedIn.post("/factors/" + factor.text("id") + "/challenge", "{}").text("id");
  }

  private static AuthClient.Answer verify(
      AuthClient signedIn, AuthClient.Answer factor, String code) {
    return verify(signedIn, factor, challenge(signedIn, factor), code);
  }

  private static AuthClient.Answer verify(
      AuthClient signedIn, AuthClient.Answer factor, String challenge, String code) {
    return signedIn.post(
        "/factors/" + factor.text("id") + "/verify",
        "{\"challenge_id\":\"%s\",\"code\":\"%s\"}".formatted(challenge, code));
  }
}

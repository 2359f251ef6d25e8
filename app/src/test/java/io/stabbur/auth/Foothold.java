package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.auth.factor.Authenticator;
import io.stabbur.platform.json.Json;
import java.util.UUID;

/// Everything that somebody who got into another person's account leaves there to come back: a
/// password, an identity of a provider, a phone number, a second factor, a passkey, a program that
/// was let in, a session, and a sign-in at a provider that is to link one more identity.
///
/// @param google the subject of the linked identity
/// @param session the last session, at `aal2`
/// @param callback where the browser comes back to that is to link one more identity
record Foothold(
    AuthServer at,
    String email,
    String google,
    String phone,
    AuthClient.Answer session,
    String callback) {
  static final String PASSWORD = "angriperens passord";

  /// Leaves all of it in the account of a session.
  static Foothold in(AuthServer at, String email, AuthClient.Answer session) {
    assertOk(session);
    var signedIn = at.client.as(session.text("access_token"));
    assertOk(signedIn.put("/user", "{\"password\":\"%s\"}".formatted(PASSWORD)));
    var google = UUID.randomUUID().toString();
    var link = at.idToken(google, AuthClient.newEmail(), ",\"link_identity\":true");
    assertOk(signedIn.post("/token?grant_type=id_token", link));
    var phone = AuthServer.newPhone();
    assertOk(signedIn.put("/user", "{\"phone\":\"%s\"}".formatted(phone)));
    assertOk(at.texted(phone, "phone_change"));
    var callback = at.beginLinking(signedIn);
    leavePasskey(signedIn);
    letIn(at, signedIn);
    return new Foothold(at, email, google, phone, secured(signedIn), callback);
  }

  private static void leavePasskey(AuthClient signedIn) {
    var asked = signedIn.post("/passkeys/registration/options", "{}");
    assertOk(asked);
    var credential = new SoftAuthenticator().create(asked.at("options"));
    assertOk(
        signedIn.post(
            "/passkeys/registration/verify",
            "{\"challenge_id\":\"%s\",\"credential\":%s}"
                .formatted(asked.text("challenge_id"), credential)));
  }

  /// Lets a program in that would be let in again without a question.
  private static void letIn(AuthServer at, AuthClient signedIn) {
    var body =
        "{\"redirect_uris\":[\"http://127.0.0.1/cb\"],\"token_endpoint_auth_method\":\"none\"}";
    var program = at.client.admin().post("/admin/oauth/clients", body).text("client_id");
    var asked =
        "/oauth/authorize?redirect_uri=http://127.0.0.1/cb&code_challenge_method=S256&client_id="
            + program
            + "&code_challenge="
            + "a".repeat(43);
    var page = at.client.with("apikey", "").get(asked).header("Location");
    var id = page.substring(page.indexOf('=') + 1);
    assertOk(signedIn.get("/oauth/authorizations/" + id));
    var consent = "/oauth/authorizations/" + id + "/consent";
    assertOk(signedIn.post(consent, "{\"action\":\"approve\"}"));
    assertThat(signedIn.get("/user/oauth/grants").json().size()).isEqualTo(1);
  }

  /// The session after a second factor was enrolled and shown.
  private static AuthClient.Answer secured(AuthClient signedIn) {
    var factor = signedIn.post("/factors", "{\"factor_type\":\"totp\"}");
    assertOk(factor);
    var path = "/factors/" + factor.text("id");
    var challenge = signedIn.post(path + "/challenge", "{}").text("id");
    var code = Authenticator.code(factor.at("totp.secret").getStringValue());
    var body = "{\"challenge_id\":\"%s\",\"code\":\"%s\"}".formatted(challenge, code);
    var verified = signedIn.post(path + "/verify", body);
    assertOk(verified);
    return verified;
  }

  /// Nothing of it works any more, and nothing of it stands in the owner's way.
  ///
  /// @param owner the session that the owner got by proving the mailbox
  void assertEnded(AuthClient.Answer owner) {
    assertOk(owner);
    var id = owner.at("user.id").getStringValue();
    assertThat(session.at("user.id").getStringValue()).as("the same account").isEqualTo(id);
    assertThat(at.client.signIn(email, PASSWORD).text("code")).isEqualTo("invalid_credentials");
    assertThat(at.client.refresh(session.text("refresh_token")).status()).isEqualTo(400);
    assertThat(at.client.as(session.text("access_token")).get("/user").text("code"))
        .isEqualTo("session_not_found");
    assertThat(at.signInByGoogle(google, AuthClient.newEmail()).at("user.id").getStringValue())
        .isNotEqualTo(id);
    assertThat(at.signInByText(phone).at("user.id").getStringValue()).isNotEqualTo(id);
    assertOwned(owner);
  }

  private void assertOwned(AuthClient.Answer owner) {
    var signedIn = at.client.as(owner.text("access_token"));
    var before = AuthServer.providers(signedIn.get("/user"));
    at.client.with("apikey", "").get(callback);
    var user = signedIn.get("/user");
    assertThat(user.text("phone")).isEmpty();
    assertThat(user.json().get("factors")).isNull();
    assertThat(signedIn.get("/passkeys").json().size()).isZero();
    assertThat(signedIn.get("/user/oauth/grants").json().size()).isZero();
    assertThat(AuthServer.providers(user)).isEqualTo(before).doesNotContain("phone");
    assertThat(Json.write(user.at("identities"))).doesNotContain(google);
    assertOk(signedIn.put("/user", "{\"password\":\"eierens eget valg\"}"));
    assertOk(at.client.signIn(email, "eierens eget valg"));
  }

  static void assertOk(AuthClient.Answer answer) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
  }
}

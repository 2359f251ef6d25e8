package io.stabbur.auth;

import static io.stabbur.auth.Foothold.assertOk;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Addresses that a provider does not vouch for, and who is an anonymous user no longer.
class UnverifiedAddressTest {
  private static final AuthServer AT = new AuthServer(Map.of());

  @AfterAll
  static void stop() {
    AT.close();
  }

  @Test
  void oneThatIsSomebodysLetsNobodyIn() {
    var email = AuthClient.newEmail();
    var owner = AT.signedUp(email);
    var google = UUID.randomUUID().toString();
    var mails = AT.mailbox.count(email);

    var first = AT.client.post("/token?grant_type=id_token", AT.idToken(google, email, false, ""));
    var again = AT.client.post("/token?grant_type=id_token", AT.idToken(google, email, false, ""));

    for (var refused : new AuthClient.Answer[] {first, again}) {
      assertThat(refused.status()).as(refused.response().body()).isEqualTo(422);
      assertThat(refused.text("code")).isEqualTo("provider_email_needs_verification");
      assertThat(refused.text("message"))
          .isEqualTo(
              "Unverified email with google. Verify the email with google in order to sign in");
    }
    assertThat(AT.mailbox.count(email)).isEqualTo(mails);
    var verified = AT.signInByGoogle(google, email);
    assertThat(verified.at("user.id")).isEqualTo(owner.at("user.id"));
  }

  @Test
  void anAnonymousUserWhoLinksOneConfirmsItFirst() {
    var email = AuthClient.newEmail();
    var anonymous = AT.client.post("/signup", "{}");
    var signedIn = AT.client.as(anonymous.text("access_token"));

    var refused = AT.link(signedIn, email, false);

    assertThat(refused.status()).as(refused.response().body()).isEqualTo(422);
    assertThat(refused.text("code")).isEqualTo("email_not_confirmed");
    assertThat(signedIn.get("/user").at("is_anonymous").getBooleanValue()).isTrue();
    var confirmed = AT.mailed(email, "signup");
    assertOk(confirmed);
    assertThat(confirmed.at("user.id")).isEqualTo(anonymous.at("user.id"));
    assertThat(confirmed.at("user.is_anonymous").getBooleanValue()).isFalse();
    assertThat(confirmed.at("user.email").getStringValue()).isEqualTo(email);
    assertThat(AuthClient.claim(confirmed.text("access_token"), "is_anonymous").getBooleanValue())
        .isFalse();
  }

  @Test
  void anAnonymousUserDoesNotLinkOneThatIsSomebodys() {
    var email = AuthClient.newEmail();
    AT.signedUp(email);
    var anonymous = AT.client.as(AT.client.post("/signup", "{}").text("access_token"));

    for (boolean verified : new boolean[] {false, true}) {
      var refused = AT.link(anonymous, email, verified);

      assertThat(refused.status()).as(refused.response().body()).isEqualTo(400);
      assertThat(refused.text("code")).isEqualTo("email_exists");
      assertThat(anonymous.get("/user").at("identities").size()).isZero();
    }
  }

  @Test
  void whoeverAnAdministratorGivesAConfirmedAddressIsAnonymousNoLonger() {
    var addresses =
        Map.of(
            "email", AuthClient.newEmail(),
            "phone", AuthServer.newPhone());
    addresses.forEach(
        (name, address) -> {
          var anonymous = AT.client.post("/signup", "{}");
          var path = "/admin/users/" + anonymous.at("user.id").getStringValue();
          var given = "{\"%s\":\"%s\"".formatted(name, address);
          assertThat(AT.client.admin().put(path, given + "}").at("is_anonymous").getBooleanValue())
              .as("not confirmed: " + name)
              .isTrue();

          var changed =
              AT.client.admin().put(path, given + ",\"%s_confirm\":true}".formatted(name));

          assertOk(changed);
          assertThat(changed.at("is_anonymous").getBooleanValue()).as(name).isFalse();
        });
  }

  @Test
  void theTokenOfAnAdministratorEndsWithTheSessionTheBanAndTheAccount() {
    var ends =
        Map.<String, java.util.function.Consumer<AuthClient.Answer>>of(
            "session_not_found",
            session -> AT.client.as(session.text("access_token")).post("/logout", ""),
            "user_banned",
            session ->
                AT.client.admin().put("/admin/users/" + id(session), "{\"ban_duration\":\"1h\"}"),
            "user_not_found",
            session -> AT.client.admin().delete("/admin/users/" + id(session), ""));
    ends.forEach(
        (code, end) -> {
          var session = administrator();
          var signedIn = AT.client.as(session.text("access_token"));
          assertOk(signedIn.get("/admin/users"));

          end.accept(session);

          for (var path : new String[] {"/admin/users", "/admin/audit"}) {
            var refused = signedIn.get(path);
            assertThat(refused.status()).as(code + path).isEqualTo(403);
            assertThat(refused.text("code")).as(path).isEqualTo(code);
          }
        });
  }

  /// The session of a user whose role is that of an administrator.
  private static AuthClient.Answer administrator() {
    var email = AuthClient.newEmail();
    var body =
        "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true,\"role\":\"service_role\"}"
            .formatted(email, AuthClient.PASSWORD);
    assertOk(AT.client.admin().post("/admin/users", body));
    var session = AT.client.signIn(email);
    assertOk(session);
    return session;
  }

  private static String id(AuthClient.Answer session) {
    return session.at("user.id").getStringValue();
  }
}

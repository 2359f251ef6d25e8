package io.stabbur.auth;

import static io.stabbur.auth.AuthServer.unlink;
import static io.stabbur.auth.Foothold.assertOk;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What becomes of an account whose identities change: which address it has, whether that counts as
/// confirmed, and what was sent to the address before.
class UnlinkingTest {
  private static final AuthServer AT = new AuthServer(Map.of());

  @AfterAll
  static void stop() {
    AT.close();
  }

  @Test
  void anUnverifiedAddressThatTakesThePlaceIsNotConfirmed() {
    var email = AuthClient.newEmail();
    var strangers = AuthClient.newEmail();
    var session = AT.signedUp(email);
    var signedIn = AT.client.as(session.text("access_token"));
    assertOk(AT.link(signedIn, strangers, false));

    assertOk(unlink(signedIn, "email"));

    var user = signedIn.get("/user");
    assertThat(user.text("email")).isEqualTo(strangers);
    assertThat(user.text("email_confirmed_at")).isEmpty();
    assertThat(user.text("confirmed_at")).isEmpty();
    assertThat(user.at("user_metadata.email_verified").getBooleanValue()).isFalse();
    assertThat(user.at("app_metadata.provider").getStringValue()).isEqualTo("google");
    assertThat(AT.client.signIn(strangers).text("code")).isEqualTo("email_not_confirmed");
    assertThat(AT.client.signIn(email).text("code")).isEqualTo("invalid_credentials");
  }

  @Test
  void aVerifiedAddressGoesBeforeAnUnverifiedOneAndStaysConfirmed() {
    var verified = AuthClient.newEmail();
    var signedIn = AT.client.as(AT.signedUp(AuthClient.newEmail()).text("access_token"));
    assertOk(AT.link(signedIn, AuthClient.newEmail(), false));
    assertOk(AT.link(signedIn, verified, true));

    assertOk(unlink(signedIn, "email"));

    var user = signedIn.get("/user");
    assertThat(user.text("email")).isEqualTo(verified);
    assertThat(user.text("email_confirmed_at")).isNotEmpty();
    assertOk(AT.client.signIn(verified));
  }

  @Test
  void whereAPhoneRemainsAloneTheAddressIsFree() {
    var email = AuthClient.newEmail();
    var phone = AuthServer.newPhone();
    var session = AT.signedUp(email);
    var signedIn = AT.client.as(session.text("access_token"));
    addPhone(signedIn, phone);

    assertOk(unlink(signedIn, "email"));

    var user = signedIn.get("/user");
    assertThat(user.text("email")).isEmpty();
    assertThat(user.text("email_confirmed_at")).isEmpty();
    assertThat(user.at("user_metadata.email_verified").getBooleanValue()).isFalse();
    assertThat(AT.client.signIn(email).text("code")).isEqualTo("invalid_credentials");
    var next = AT.signedUp(email);
    assertOk(next);
    assertThat(next.at("user.id")).isNotEqualTo(session.at("user.id"));
    var byPhone = AT.signInByText(phone);
    assertThat(byPhone.at("user.id")).isEqualTo(session.at("user.id"));
    assertOk(AT.client.refresh(session.text("refresh_token")));
  }

  @Test
  void whatWasSentToTheAddressEndsWithIt() {
    var email = AuthClient.newEmail();
    var signedIn = AT.client.as(AT.signedUp(email).text("access_token"));
    assertOk(AT.link(signedIn, AuthClient.newEmail(), true));
    var sent = Outstanding.of(AT, signedIn, email);

    assertOk(unlink(signedIn, "email"));

    sent.assertEnded();
    var user = signedIn.get("/user");
    assertThat(user.text("new_email")).isEmpty();
    assertThat(user.text("new_phone")).isEmpty();
  }

  @Test
  void whatWasSentToANumberEndsWithIt() {
    var phone = AuthServer.newPhone();
    var signedIn = AT.client.as(AT.signedUp(AuthClient.newEmail()).text("access_token"));
    addPhone(signedIn, phone);
    AT.client.post("/otp", "{\"phone\":\"%s\"}".formatted(phone));

    assertOk(unlink(signedIn, "phone"));

    assertThat(AT.texted(phone, "sms").text("code")).isEqualTo("otp_expired");
    var user = signedIn.get("/user");
    assertThat(user.text("phone")).isEmpty();
    assertThat(user.text("phone_confirmed_at")).isEmpty();
    assertThat(AuthServer.providers(user)).doesNotContain("phone");
  }

  @Test
  void anIdentityWhoseAddressIsNotTheAccountsLeavesEverythingAsItIs() {
    var email = AuthClient.newEmail();
    var signedIn = AT.client.as(AT.signedUp(email).text("access_token"));
    assertOk(AT.link(signedIn, AuthClient.newEmail(), true));
    AT.client.post("/recover", "{\"email\":\"%s\"}".formatted(email));

    assertOk(unlink(signedIn, "google"));

    assertThat(signedIn.get("/user").text("email")).isEqualTo(email);
    assertOk(AT.mailed(email, "recovery"));
  }

  @Test
  void whereEveryRemainingAddressIsSomebodyElsesTheIdentityStays() {
    var taken = AuthClient.newEmail();
    AT.signedUp(taken);
    var email = AuthClient.newEmail();
    var signedIn = AT.client.as(AT.signedUp(email).text("access_token"));
    assertOk(AT.link(signedIn, taken, false));

    var refused = unlink(signedIn, "email");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("code")).isEqualTo("email_conflict_identity_not_deletable");
    assertThat(signedIn.get("/user").text("email")).isEqualTo(email);
  }

  @Test
  void aNumberOfAnAccountThatIsMergedByItsUnconfirmedAddressGoes() {
    var email = AuthClient.newEmail();
    var phone = AuthServer.newPhone();
    var made =
        AT.client
            .admin()
            .post(
                "/admin/users",
                "{\"email\":\"%s\",\"phone\":\"%s\",\"phone_confirm\":true}"
                    .formatted(email, phone));
    assertOk(made);

    var owner = AT.signInByGoogle(UUID.randomUUID().toString(), email);

    assertThat(owner.at("user.id")).isEqualTo(made.at("id"));
    assertThat(owner.at("user.phone").getStringValue()).isEmpty();
    assertThat(AT.signInByText(phone).at("user.id")).isNotEqualTo(made.at("id"));
  }

  private static void addPhone(AuthClient signedIn, String phone) {
    assertOk(signedIn.put("/user", "{\"phone\":\"%s\"}".formatted(phone)));
    assertOk(AT.texted(phone, "phone_change"));
  }
}

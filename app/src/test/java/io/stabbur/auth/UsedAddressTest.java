package io.stabbur.auth;

import static io.stabbur.auth.Foothold.assertOk;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Whoever signs in with an address must have confirmed that address: another one that is confirmed
/// says nothing of it.
class UsedAddressTest {
  private static final AuthServer AT = new AuthServer(Map.of());

  @AfterAll
  static void stop() {
    AT.close();
  }

  private record Person(String email, String phone) {}

  /// An account with both, one of them confirmed.
  private static Person person(String confirmed) {
    var person = new Person(AuthClient.newEmail(), AuthServer.newPhone());
    var body =
        "{\"email\":\"%s\",\"phone\":\"%s\",\"password\":\"%s\",\"%s\":true}"
            .formatted(person.email, person.phone, AuthClient.PASSWORD, confirmed);
    assertOk(AT.client.admin().post("/admin/users", body));
    return person;
  }

  @Test
  void aConfirmedNumberDoesNotConfirmTheAddress() {
    var person = person("phone_confirm");

    var byEmail = AT.client.signIn(person.email);
    var byPhone = byPhone(person.phone);

    assertThat(byEmail.status()).isEqualTo(400);
    assertThat(byEmail.text("code")).isEqualTo("email_not_confirmed");
    assertOk(byPhone);
  }

  @Test
  void aConfirmedAddressDoesNotConfirmTheNumber() {
    var person = person("email_confirm");

    var byPhone = byPhone(person.phone);
    var byEmail = AT.client.signIn(person.email);

    assertThat(byPhone.status()).isEqualTo(400);
    assertThat(byPhone.text("code")).isEqualTo("phone_not_confirmed");
    assertOk(byEmail);
  }

  @Test
  void aWrongPasswordIsNotToldWhatIsConfirmed() {
    var person = person("phone_confirm");

    assertThat(AT.client.signIn(person.email, "et annet").text("code"))
        .isEqualTo("invalid_credentials");
  }

  @Test
  void aCodeConfirmsWhatItWasSentTo() {
    var byMail = person("phone_confirm");
    AT.client.post("/otp", "{\"email\":\"%s\"}".formatted(byMail.email));
    assertOk(AT.mailed(byMail.email, "email"));
    var byText = person("email_confirm");
    assertOk(AT.signInByText(byText.phone));

    assertThat(user(byMail).text("email_confirmed_at")).isNotEmpty();
    assertThat(user(byText).text("phone_confirmed_at")).isNotEmpty();
  }

  @Test
  void aConfirmedNumberDoesNotConfirmTheAddressOfAProvider() {
    var phone = AuthServer.newPhone();
    var strangers = AuthClient.newEmail();
    var google = UUID.randomUUID().toString();
    var session = AT.signInByText(phone);
    var link = AT.idToken(google, strangers, false, ",\"link_identity\":true");
    AT.client.as(session.text("access_token")).post("/token?grant_type=id_token", link);

    var byGoogle =
        AT.client.post("/token?grant_type=id_token", AT.idToken(google, strangers, false, ""));

    assertThat(byGoogle.status()).as(byGoogle.response().body()).isEqualTo(422);
    assertThat(byGoogle.text("code")).isEqualTo("provider_email_needs_verification");
  }

  @Test
  void anAddressThatTheProviderVouchesForIsEnough() {
    var phone = AuthServer.newPhone();
    var google = UUID.randomUUID().toString();
    var email = AuthClient.newEmail();
    var session = AT.signInByText(phone);
    var link = AT.idToken(google, email, ",\"link_identity\":true");
    assertOk(AT.client.as(session.text("access_token")).post("/token?grant_type=id_token", link));

    assertThat(AT.signInByGoogle(google, email).at("user.id")).isEqualTo(session.at("user.id"));
  }

  @Test
  void whoSignsInByNumberLinksAnIdentityWhoseAddressStaysSomebodyElses() {
    var email = AuthClient.newEmail();
    var owner = AT.signedUp(email);
    var session = AT.signInByText(AuthServer.newPhone());
    var signedIn = AT.client.as(session.text("access_token"));
    var google = UUID.randomUUID().toString();

    assertOk(
        signedIn.post(
            "/token?grant_type=id_token", AT.idToken(google, email, ",\"link_identity\":true")));

    assertThat(signedIn.get("/user").text("email")).isEmpty();
    assertThat(signedIn.get("/user").response().body()).doesNotContain("email_confirmed_at");
    assertThat(AT.signInByGoogle(google, email).at("user.id")).isEqualTo(session.at("user.id"));
    assertThat(AT.client.signIn(email).at("user.id")).isEqualTo(owner.at("user.id"));
  }

  private static AuthClient.Answer byPhone(String phone) {
    return AT.client.post(
        "/token?grant_type=password",
        "{\"phone\":\"%s\",\"password\":\"%s\"}".formatted(phone, AuthClient.PASSWORD));
  }

  private static AuthClient.Answer user(Person person) {
    var found = AT.client.admin().get("/admin/users?filter=" + person.email);
    return new AuthClient.Answer(200, found.at("users.0"), found.response());
  }
}

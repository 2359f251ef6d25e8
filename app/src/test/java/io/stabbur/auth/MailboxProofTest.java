package io.stabbur.auth;

import static io.stabbur.auth.Foothold.assertOk;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whoever proves a mailbox first owns its account: what others made in it before ends, whichever
/// way they got in.
class MailboxProofTest {
  private static final AuthServer AT = new AuthServer(Map.of());

  @AfterAll
  static void stop() {
    AT.close();
  }

  /// Ways in which somebody other than the owner gets a session of the account of an address.
  private static Map<String, Function<String, AuthClient.Answer>> waysIn() {
    var ways = new LinkedHashMap<String, Function<String, AuthClient.Answer>>();
    for (var type : new String[] {"invite", "signup", "magiclink"}) {
      ways.put(
          "a generated link: " + type,
          email -> AT.follow(AT.generated(type, email, "").text("action_link")));
    }
    ways.put("a generated code", MailboxProofTest::byGeneratedCode);
    ways.put("an account made by an administrator", MailboxProofTest::madeByAdministrator);
    ways.put("a link to an account that was proven", MailboxProofTest::linkToProven);
    ways.put("a password given to an account that was proven", MailboxProofTest::passwordToProven);
    ways.put("an address given to one's own account", MailboxProofTest::addressGiven);
    ways.put("a generated change of address", MailboxProofTest::generatedChange);
    return ways;
  }

  @TestFactory
  Stream<DynamicTest> whatAnybodyElseLeftInTheAccountEnds() {
    return waysIn().entrySet().stream()
        .map(way -> DynamicTest.dynamicTest(way.getKey(), () -> endsByCode(way.getValue())));
  }

  private static void endsByCode(Function<String, AuthClient.Answer> wayIn) {
    var email = AuthClient.newEmail();
    var foothold = Foothold.in(AT, email, wayIn.apply(email));

    AT.client.post("/otp", "{\"email\":\"%s\"}".formatted(email));

    foothold.assertEnded(AT.mailed(email, "email"));
  }

  /// Ways in which the owner proves the mailbox.
  private static Map<String, Function<String, AuthClient.Answer>> proofs() {
    var ways = new LinkedHashMap<String, Function<String, AuthClient.Answer>>();
    ways.put("a mailed link", MailboxProofTest::byMailedLink);
    ways.put("recovery", MailboxProofTest::byRecovery);
    ways.put("an id token", email -> AT.signInByGoogle(UUID.randomUUID().toString(), email));
    ways.put("a provider in the browser", AT::signInByBrowser);
    return ways;
  }

  @TestFactory
  Stream<DynamicTest> itEndsByEveryProofOfTheMailbox() {
    return proofs().entrySet().stream()
        .map(proof -> DynamicTest.dynamicTest(proof.getKey(), () -> endsBy(proof.getValue())));
  }

  private static void endsBy(Function<String, AuthClient.Answer> proof) {
    var email = AuthClient.newEmail();
    var link = AT.generated("invite", email, "").text("action_link");
    var foothold = Foothold.in(AT, email, AT.follow(link));

    foothold.assertEnded(proof.apply(email));
  }

  @Test
  void aLinkThatWasGeneratedBeforeTheProofIsGoneAfterIt() {
    var email = AuthClient.newEmail();
    AT.follow(AT.generated("invite", email, "").text("action_link"));
    var kept = AT.generated("recovery", email, "").text("action_link");

    AT.signInByGoogle(UUID.randomUUID().toString(), email);

    assertThat(AT.client.get(kept).header("Location")).contains("error_code=otp_expired");
  }

  @Test
  void whatAnAnonymousUserSetForAnAddressEndsWhenItsOwnerAgrees() {
    var email = AuthClient.newEmail();
    var anonymous = AT.client.post("/signup", "{}");
    var body = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, Foothold.PASSWORD);
    assertOk(AT.client.as(anonymous.text("access_token")).put("/user", body));

    var owner = AT.mailed(email, "email_change");

    assertOk(owner);
    assertThat(owner.at("user.is_anonymous").getBooleanValue()).isFalse();
    assertThat(owner.at("user.id")).isEqualTo(anonymous.at("user.id"));
    assertThat(AT.client.signIn(email, Foothold.PASSWORD).status()).isEqualTo(400);
    assertThat(AT.client.refresh(anonymous.text("refresh_token")).status()).isEqualTo(400);
  }

  @Test
  void anAnonymousAccountThatIsLinkedToAnAddressEndsTheSessionBefore() {
    var anonymous = AT.client.post("/signup", "{}");
    var link =
        AT.idToken(UUID.randomUUID().toString(), AuthClient.newEmail(), ",\"link_identity\":true");

    var owner =
        AT.client.as(anonymous.text("access_token")).post("/token?grant_type=id_token", link);

    assertOk(owner);
    assertThat(owner.at("user.id")).isEqualTo(anonymous.at("user.id"));
    assertThat(AT.client.refresh(anonymous.text("refresh_token")).status()).isEqualTo(400);
    assertOk(AT.client.refresh(owner.text("refresh_token")));
  }

  @Test
  void whatThePersonMadeAfterTheProofStays() {
    var email = AuthClient.newEmail();
    AT.signedUp(email);
    var google = UUID.randomUUID().toString();
    AT.signInByGoogle(google, email);
    AT.client.post("/otp", "{\"email\":\"%s\"}".formatted(email));

    var owner = AT.mailed(email, "email");

    assertOk(AT.client.signIn(email));
    assertThat(AT.signInByGoogle(google, email).at("user.id")).isEqualTo(owner.at("user.id"));
  }

  @Test
  void whatWasThereBeforeAnAdministratorGaveALinkStays() {
    var email = AuthClient.newEmail();
    AT.signedUp(email);
    var google = UUID.randomUUID().toString();
    AT.signInByGoogle(google, email);
    AT.follow(AT.generated("magiclink", email, "").text("action_link"));
    AT.client.post("/otp", "{\"email\":\"%s\"}".formatted(email));

    var owner = AT.mailed(email, "email");

    assertOk(AT.client.signIn(email));
    assertThat(AT.signInByGoogle(google, email).at("user.id")).isEqualTo(owner.at("user.id"));
  }

  @Test
  void aPasswordSurvivesTheConfirmationOfTheSignUpThatSetIt() {
    var email = AuthClient.newEmail();
    AT.client.signUp(email);
    AT.mailbox.last(email);
    AT.client.post("/resend", "{\"type\":\"signup\",\"email\":\"%s\"}".formatted(email));
    AT.mailbox.last(email);
    AT.client.signUp(email);

    assertOk(AT.mailed(email, "signup"));

    assertOk(AT.client.signIn(email));
  }

  @Test
  void noPasswordSurvivesWhereTwoSignUpsNamedDifferentOnes() {
    var email = AuthClient.newEmail();
    AT.client.signUp(email);
    AT.mailbox.last(email);
    var other = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, Foothold.PASSWORD);
    AT.client.post("/signup", other);
    AT.mailbox.last(email);
    AT.client.post("/resend", "{\"type\":\"signup\",\"email\":\"%s\"}".formatted(email));

    assertOk(AT.mailed(email, "signup"));

    assertThat(AT.client.signIn(email).status()).isEqualTo(400);
    assertThat(AT.client.signIn(email, Foothold.PASSWORD).status()).isEqualTo(400);
  }

  @Test
  void aPasswordSetByAStrangerEndsWhenTheOwnerAsksForACode() {
    var email = AuthClient.newEmail();
    AT.client.signUp(email);
    AT.mailbox.last(email);
    AT.client.post("/otp", "{\"email\":\"%s\"}".formatted(email));

    assertOk(AT.mailed(email, "email"));

    assertThat(AT.client.signIn(email).status()).isEqualTo(400);
  }

  @Test
  void thePasswordOfAnAccountWithAPhoneAloneEndsWithTheFirstMessageToIt() {
    var phone = AuthServer.newPhone();
    var body =
        "{\"phone\":\"%s\",\"password\":\"%s\",\"phone_confirm\":true}"
            .formatted(phone, Foothold.PASSWORD);
    assertOk(AT.client.admin().post("/admin/users", body));
    var signIn = "{\"phone\":\"%s\",\"password\":\"%s\"}".formatted(phone, Foothold.PASSWORD);
    var before = AT.client.post("/token?grant_type=password", signIn);
    assertOk(before);

    assertOk(AT.signInByText(phone));

    assertThat(AT.client.post("/token?grant_type=password", signIn).status()).isEqualTo(400);
    assertThat(AT.client.refresh(before.text("refresh_token")).status()).isEqualTo(400);
  }

  // --- how the owner proves

  private static AuthClient.Answer byMailedLink(String email) {
    AT.client.post("/magiclink", "{\"email\":\"%s\"}".formatted(email));
    return AT.follow(AT.mailbox.last(email).link());
  }

  private static AuthClient.Answer byRecovery(String email) {
    AT.client.post("/recover", "{\"email\":\"%s\"}".formatted(email));
    return AT.follow(AT.mailbox.last(email).link());
  }

  // --- how somebody else gets in

  private static AuthClient.Answer byGeneratedCode(String email) {
    var code = AT.generated("invite", email, "").text("email_otp");
    return AT.client.post(
        "/verify",
        "{\"type\":\"invite\",\"email\":\"%s\",\"token\":\"%s\"}".formatted(email, code));
  }

  private static AuthClient.Answer madeByAdministrator(String email) {
    var body =
        "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
            .formatted(email, AuthClient.PASSWORD);
    assertOk(AT.client.admin().post("/admin/users", body));
    return AT.client.signIn(email);
  }

  private static AuthClient.Answer linkToProven(String email) {
    AT.signedUp(email);
    return AT.follow(AT.generated("magiclink", email, "").text("action_link"));
  }

  private static AuthClient.Answer passwordToProven(String email) {
    var id = AT.signedUp(email).at("user.id").getStringValue();
    var body = "{\"password\":\"%s\"}".formatted("utdelt av noen");
    assertOk(AT.client.admin().put("/admin/users/" + id, body));
    return AT.client.signIn(email, "utdelt av noen");
  }

  private static AuthClient.Answer addressGiven(String email) {
    var session = AT.signedUp(AuthClient.newEmail());
    var body = "{\"email\":\"%s\",\"email_confirm\":true}".formatted(email);
    var path = "/admin/users/" + session.at("user.id").getStringValue();
    assertOk(AT.client.admin().put(path, body));
    return session;
  }

  private static AuthClient.Answer generatedChange(String email) {
    var old = AuthClient.newEmail();
    AT.signedUp(old);
    var more = ",\"new_email\":\"%s\"".formatted(email);
    var current = AT.generated("email_change_current", old, more).text("action_link");
    var fresh = AT.generated("email_change_new", old, more).text("action_link");
    AT.client.with("apikey", "").get(current);
    return AT.follow(fresh);
  }
}

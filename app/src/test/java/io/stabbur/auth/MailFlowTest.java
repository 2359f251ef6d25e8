package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.auth.mail.SentMessages;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Codes and links by mail, through a real SMTP server.
class MailFlowTest {
  private static final String APP = "http://app.example.org/velkommen";
  private static final String VERIFIER = "v".repeat(50);
  private static final Mailbox MAILBOX = new Mailbox();
  private static TestServer server;
  private static AuthClient client;

  @BeforeAll
  static void start() {
    var settings = new HashMap<>(MAILBOX.settings());
    settings.put("stabbur.auth.redirect-urls", "http://app.example.org/**,myapp://**");
    server = TestServer.start(settings);
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    MAILBOX.close();
  }

  @Test
  void signUpAnswersWithAUserAndTheLinkSignsIn() {
    var email = AuthClient.newEmail();

    var pending = signUp(email, APP);
    var link = MAILBOX.last(email).link();
    var landed = fragment(client.get(link));

    assertThat(pending.status()).isEqualTo(200);
    assertThat(pending.json().get("access_token")).isNull();
    assertThat(pending.text("email")).isEqualTo(email);
    assertThat(pending.text("confirmation_sent_at")).isNotEmpty();
    assertThat(link).startsWith(server.url() + "/auth/v1/verify?token=");
    assertThat(landed).containsKeys("access_token", "refresh_token", "expires_at", "sb");
    assertThat(landed).containsEntry("type", "signup");
    assertThat(client.as(value(landed, "access_token")).get("/user").text("email_confirmed_at"))
        .isNotEmpty();
    assertThat(client.signIn(email).status()).isEqualTo(200);
  }

  @Test
  void operatorsAreToldWhatWasSentWithoutTheAddress() {
    var email = AuthClient.newEmail();
    signUp(email, APP);
    var _ = MAILBOX.last(email);

    var sent = server.bean(SentMessages.class).last();
    assertThat(sent.getFirst().kind()).isEqualTo("signup");
    assertThat(sent.getFirst().domain()).isEqualTo(email.substring(email.indexOf('@') + 1));
    assertThat(sent.getFirst().isSent()).isTrue();
    assertThat(sent.toString()).doesNotContain(email.substring(0, email.indexOf('@')));
  }

  @Test
  void beforeConfirmationNobodySignsIn() {
    var email = AuthClient.newEmail();
    signUp(email, APP);

    assertThat(client.signIn(email).text("code")).isEqualTo("email_not_confirmed");
  }

  @Test
  void theCodeOfTheMailDoesTheSameAsItsLinkAndOnlyOnce() {
    var email = AuthClient.newEmail();
    signUp(email, APP);
    var code = MAILBOX.last(email).code();

    var wrong = verify("signup", email, code.equals("123456") ? "654321" : "123456");
    var right = verify("email", email, code);
    var again = verify("signup", email, code);

    assertThat(wrong.status()).isEqualTo(403);
    assertThat(wrong.text("code")).isEqualTo("otp_expired");
    assertThat(right.status()).isEqualTo(200);
    assertThat(right.text("access_token")).isNotEmpty();
    assertThat(AuthClient.claim(right.text("access_token"), "amr.0.method").getStringValue())
        .isEqualTo("otp");
    assertThat(again.text("code")).isEqualTo("otp_expired");
  }

  @Test
  void aLinkWorksOnceAndLookingAtItUsesNothingUp() {
    var email = AuthClient.newEmail();
    signUp(email, APP);
    var link = MAILBOX.last(email).link();

    var looked = client.head(link);
    var first = client.get(link);
    var second = fragment(client.get(link));

    assertThat(looked.status()).isEqualTo(200);
    assertThat(first.status()).isEqualTo(303);
    assertThat(fragment(first)).containsKey("access_token");
    assertThat(second).containsEntry("error", "access_denied");
    assertThat(second).containsEntry("error_code", "otp_expired");
  }

  @Test
  void aPkceLinkGivesACodeThatOnlyTheVerifierTurnsIntoASession() {
    var email = AuthClient.newEmail();
    client.post(
        "/signup?redirect_to=" + APP,
        "{\"email\":\"%s\",\"password\":\"%s\",\"code_challenge\":\"%s\",\"code_challenge_method\":\"s256\"}"
            .formatted(email, AuthClient.PASSWORD, challenge()));

    var landed = client.get(MAILBOX.last(email).link());
    var code = value(query(landed), "code");
    var wrong = exchange(code, "w".repeat(50));
    var right = exchange(code, VERIFIER);
    var again = exchange(code, VERIFIER);

    assertThat(landed.header("Location")).startsWith(APP + "?code=").doesNotContain("#");
    assertThat(wrong.text("code")).isEqualTo("bad_code_verifier");
    assertThat(right.status()).isEqualTo(200);
    assertThat(right.at("user.email").getStringValue()).isEqualTo(email);
    assertThat(again.text("code")).isEqualTo("flow_state_not_found");
    assertThat(again.status()).isEqualTo(404);
  }

  @Test
  void signingUpTwiceTellsNothingAboutTheFirst() {
    var email = AuthClient.newEmail();
    confirmed(email);
    long mails = MAILBOX.count(email);

    var again = signUp(email, APP);

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.at("identities").size()).isZero();
    assertThat(again.text("role")).isEmpty();
    settle();
    assertThat(MAILBOX.count(email)).isEqualTo(mails);
  }

  @Test
  void recoveryLeadsToANewPassword() {
    var email = AuthClient.newEmail();
    confirmed(email);

    var asked = client.post("/recover?redirect_to=" + APP, "{\"email\":\"%s\"}".formatted(email));
    var landed = fragment(client.get(MAILBOX.last(email).link()));
    client.as(value(landed, "access_token")).put("/user", "{\"password\":\"glemt og funnet\"}");

    assertThat(asked.status()).isEqualTo(200);
    assertThat(asked.json().size()).isZero();
    assertThat(landed).containsEntry("type", "recovery");
    assertThat(client.signIn(email, "glemt og funnet").status()).isEqualTo(200);
  }

  @Test
  void recoveryOfAnUnknownAddressLooksTheSame() {
    var unknown = AuthClient.newEmail();

    var asked = client.post("/recover", "{\"email\":\"%s\"}".formatted(unknown));

    assertThat(asked.status()).isEqualTo(200);
    assertThat(asked.response().body()).isEqualTo("{}");
    settle();
    assertThat(MAILBOX.count(unknown)).isZero();
  }

  @Test
  void otpSignsUpWhoIsNewAndSignsInWhoIsKnown() {
    var email = AuthClient.newEmail();

    client.post("/otp", "{\"email\":\"%s\",\"data\":{\"navn\":\"Ola\"}}".formatted(email));
    var first = verify("email", email, MAILBOX.last(email).code());
    client.post("/otp", "{\"email\":\"%s\"}".formatted(email));
    var second = verify("email", email, MAILBOX.last(email).code());
    var refused =
        client.post(
            "/otp", "{\"email\":\"%s\",\"create_user\":false}".formatted(AuthClient.newEmail()));

    assertThat(first.at("user.user_metadata.navn").getStringValue()).isEqualTo("Ola");
    assertThat(second.at("user.id")).isEqualTo(first.at("user.id"));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("code")).isEqualTo("otp_disabled");
  }

  @Test
  void anInvitedPersonTakesTheAccountOver() {
    var email = AuthClient.newEmail();

    var invited =
        client
            .admin()
            .post(
                "/invite?redirect_to=" + APP,
                "{\"email\":\"%s\",\"data\":{\"locale\":\"nb\"}}".formatted(email));
    var mail = MAILBOX.last(email);
    var landed = fragment(client.get(mail.link()));
    client.as(value(landed, "access_token")).put("/user", "{\"password\":\"mitt eget valg\"}");

    assertThat(invited.text("invited_at")).isNotEmpty();
    assertThat(mail.subject()).isEqualTo("Du er invitert");
    assertThat(landed).containsEntry("type", "invite");
    assertThat(client.signIn(email, "mitt eget valg").status()).isEqualTo(200);
    assertThat(client.admin().post("/invite", "{\"email\":\"%s\"}".formatted(email)).text("code"))
        .isEqualTo("email_exists");
  }

  @Test
  void whoIsInvitedGetsTheAccountWithoutWhatAStrangerPutThere() {
    for (var invite : new String[] {"/invite", "/admin/generate_link"}) {
      var email = AuthClient.newEmail();
      client.post(
          "/signup",
          """
          {"email": "%s", "password": "%s", "data": {"name": "A stranger"}}\
          """
              .formatted(email, AuthClient.PASSWORD));
      var stale = MAILBOX.last(email).link();

      var link = invited(invite, email);
      var tried = fragment(client.get(stale));
      var landed = fragment(client.get(link));

      assertThat(tried).as(invite).containsKey("error").doesNotContainKey("access_token");
      assertThat(landed).as(invite).containsEntry("type", "invite");
      var user = client.as(value(landed, "access_token")).get("/user");
      assertThat(user.at("user_metadata").get("name")).as(invite).isNull();
      assertThat(client.signIn(email).status()).as(invite).isEqualTo(400);
    }
  }

  /// The link of an invitation that is made in one of two ways.
  private static String invited(String way, String email) {
    if (way.equals("/invite")) {
      client.admin().post(way, "{\"email\":\"%s\"}".formatted(email));
      return MAILBOX.last(email).link();
    }
    var body = "{\"type\":\"invite\",\"email\":\"%s\"}".formatted(email);
    return client.admin().post(way, body).text("action_link");
  }

  @Test
  void resendReplacesTheCode() {
    var email = AuthClient.newEmail();
    signUp(email, APP);
    var old = MAILBOX.last(email).code();

    client.post("/resend", "{\"type\":\"signup\",\"email\":\"%s\"}".formatted(email));
    var fresh = MAILBOX.last(email).code();

    assertThat(MAILBOX.count(email)).isEqualTo(2);
    if (!old.equals(fresh)) {
      assertThat(verify("signup", email, old).status()).isEqualTo(403);
    }
    assertThat(verify("signup", email, fresh).status()).isEqualTo(200);
  }

  @Test
  void aNewAddressNeedsTheConsentOfBoth() {
    var old = AuthClient.newEmail();
    var fresh = AuthClient.newEmail();
    var token = confirmed(old);

    var asked = client.as(token).put("/user", "{\"email\":\"%s\"}".formatted(fresh));
    var half = client.get(MAILBOX.last(old).link());
    var stillOld = client.as(token).get("/user").text("email");
    var done = client.get(MAILBOX.last(fresh).link());

    assertThat(asked.text("new_email")).isEqualTo(fresh);
    assertThat(asked.text("email")).isEqualTo(old);
    assertThat(fragment(half)).containsKey("message");
    assertThat(stillOld).isEqualTo(old);
    assertThat(fragment(done)).containsKey("access_token");
    assertThat(client.as(token).get("/user").text("email")).isEqualTo(fresh);
    assertThat(client.signIn(fresh).status()).isEqualTo(200);
    assertThat(client.signIn(old).status()).isEqualTo(400);
  }

  @Test
  void codesOfAnEmailChangeWorkInEitherOrder() {
    var old = AuthClient.newEmail();
    var fresh = AuthClient.newEmail();
    var token = confirmed(old);
    client.as(token).put("/user", "{\"email\":\"%s\"}".formatted(fresh));

    var half = verify("email_change", fresh, MAILBOX.last(fresh).code());
    var done = verify("email_change", old, MAILBOX.last(old).code());

    assertThat(half.text("code")).isEqualTo("200");
    assertThat(half.text("msg")).isNotEmpty();
    assertThat(done.at("user.email").getStringValue()).isEqualTo(fresh);
  }

  @Test
  void aGeneratedMagicLinkForSomebodyNewKeepsNoPassword() {
    var email = AuthClient.newEmail();
    var link =
        client
            .admin()
            .post(
                "/admin/generate_link",
                "{\"type\":\"magiclink\",\"email\":\"%s\",\"password\":\"%s\"}"
                    .formatted(email, AuthClient.PASSWORD));
    var entered =
        client.post(
            "/verify",
            "{\"type\":\"%s\",\"token_hash\":\"%s\"}"
                .formatted(link.text("verification_type"), link.text("hashed_token")));

    assertThat(entered.status()).isEqualTo(200);
    assertThat(client.signIn(email).status()).isEqualTo(400);
  }

  @Test
  void generatedLinksWorkAndNothingIsSent() {
    var email = AuthClient.newEmail();
    confirmed(email);
    long mails = MAILBOX.count(email);

    var link =
        client
            .admin()
            .post(
                "/admin/generate_link",
                "{\"type\":\"magiclink\",\"email\":\"%s\",\"redirect_to\":\"%s\"}"
                    .formatted(email, APP));
    var byHash =
        client.post(
            "/verify",
            "{\"type\":\"magiclink\",\"token_hash\":\"%s\"}".formatted(link.text("hashed_token")));

    assertThat(link.text("email")).isEqualTo(email);
    assertThat(link.text("email_otp")).matches("[0-9]{6}");
    assertThat(link.text("verification_type")).isEqualTo("magiclink");
    assertThat(link.text("redirect_to")).isEqualTo(APP);
    assertThat(byHash.status()).isEqualTo(200);
    assertThat(MAILBOX.count(email)).isEqualTo(mails);
  }

  @Test
  void aPlaceThatIsNotOnTheListIsNotGoneTo() {
    var email = AuthClient.newEmail();
    signUp(email, "https://evil.example.com/");

    var landed = client.get(MAILBOX.last(email).link());

    assertThat(landed.header("Location")).startsWith(server.url() + "#access_token=");
  }

  @Test
  void aTestMailArrivesAndNamesItsServer() {
    var to = AuthClient.newEmail();

    var sent = client.admin().post("/admin/mail/test", "{\"email\":\"%s\"}".formatted(to));

    assertThat(sent.status()).isEqualTo(200);
    assertThat(sent.text("server")).startsWith("127.0.0.1:");
    assertThat(MAILBOX.last(to).subject()).isEqualTo("Stabbur can send mail");
  }

  @Test
  void reauthenticationMailsACode() {
    var email = AuthClient.newEmail();
    var token = confirmed(email);

    var asked = client.as(token).get("/reauthenticate");

    assertThat(asked.status()).isEqualTo(200);
    assertThat(MAILBOX.last(email).code()).matches("[0-9]{6}");
  }

  /// Returns when everything that was asked for before is sent: mails leave in turn.
  private static void settle() {
    var last = AuthClient.newEmail();
    client.post("/otp", "{\"email\":\"%s\"}".formatted(last));
    assertThat(MAILBOX.last(last).code()).isNotEmpty();
  }

  private static AuthClient.Answer signUp(String email, String redirect) {
    return client.post(
        "/signup?redirect_to=" + redirect,
        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, AuthClient.PASSWORD));
  }

  /// An access token of a fresh, confirmed user.
  private static String confirmed(String email) {
    signUp(email, APP);
    return verify("signup", email, MAILBOX.last(email).code()).text("access_token");
  }

  private static AuthClient.Answer verify(String type, String email, String code) {
    return client.post(
        "/verify",
        "{\"type\":\"%s\",\"email\":\"%s\",\"token\":\"%s\"}".formatted(type, email, code));
  }

  private static AuthClient.Answer exchange(String code, String verifier) {
    return client.post(
        "/token?grant_type=pkce",
        "{\"auth_code\":\"%s\",\"code_verifier\":\"%s\"}".formatted(code, verifier));
  }

  private static String challenge() {
    return Crypto.base64Url(Crypto.sha256(VERIFIER.getBytes(StandardCharsets.UTF_8)));
  }

  private static Map<String, String> fragment(AuthClient.Answer answer) {
    return form(URI.create(answer.header("Location")).getRawFragment());
  }

  private static Map<String, String> query(AuthClient.Answer answer) {
    return form(URI.create(answer.header("Location")).getRawQuery());
  }

  private static String value(Map<String, String> values, String name) {
    return java.util.Objects.requireNonNull(values.get(name), name);
  }

  private static Map<String, String> form(String text) {
    var values = new HashMap<String, String>();
    for (var pair : text.split("&", -1)) {
      var parts = pair.split("=", 2);
      values.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return values;
  }
}

package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses outside ASCII: what a mail server is given is what was asked for, or nothing. Without
/// SMTPUTF8 the library writes the low byte of each character, so `ŋari@…` would reach `Kari@…`.
class InternationalMailTest {
  private static final SmtpPeer MODERN = new SmtpPeer(SmtpPeer.Offer.SMTPUTF8);
  private static final SmtpPeer PLAIN = new SmtpPeer(SmtpPeer.Offer.NOTHING);
  private static TestServer modernServer;
  private static TestServer plainServer;
  private static AuthClient modern;
  private static AuthClient plain;

  @BeforeAll
  static void start() {
    modernServer = TestServer.start(MODERN.settings());
    plainServer = TestServer.start(PLAIN.settings());
    modern = new AuthClient(modernServer);
    plain = new AuthClient(plainServer);
  }

  @AfterAll
  static void stop() {
    modernServer.close();
    plainServer.close();
    MODERN.close();
    PLAIN.close();
  }

  private static String fresh(String local, String domain) {
    return local + UUID.randomUUID().toString().substring(0, 8) + "@" + domain;
  }

  @Test
  void aDomainIsAnALabelInEnvelopeAndHeaders() {
    var local = fresh("ola", "");

    var answer = plain.signUp(local + "blåbær.example.no");

    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    var mail = PLAIN.delivered().getLast();
    assertThat(mail.to()).isEqualTo("RCPT TO:<" + local + "xn--blbr-roah.example.no>");
    assertThat(mail.header("To")).isEqualTo(local + "xn--blbr-roah.example.no");
    assertThat(mail.from()).doesNotContain("SMTPUTF8");
  }

  @Test
  void aLocalPartOutsideAsciiGoesWholeToAServerThatTakesIt() {
    var local = fresh("åse", "");

    var answer = modern.signUp(local + "blåbær.example.no");

    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    var mail = MODERN.delivered().getLast();
    assertThat(mail.from()).endsWith(" SMTPUTF8");
    assertThat(mail.to()).isEqualTo("RCPT TO:<" + local + "xn--blbr-roah.example.no>");
    assertThat(mail.header("To")).isEqualTo(local + "xn--blbr-roah.example.no");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /signup {'email':'%s','password':'korrekt hest'}",
        "POST /otp {'email':'%s'}",
        "POST /recover {'email':'%s'}",
        "POST /resend {'type':'signup','email':'%s'}",
        "PUT /user {'email':'%s'}",
        "ADMIN /invite {'email':'%s'}",
        "ADMIN /admin/users {'email':'%s'}",
        "ADMIN /admin/generate_link {'type':'magiclink','email':'%s'}",
        "ADMIN /admin/mail/test {'email':'%s'}"
      })
  void aLocalPartOutsideAsciiIsRefusedWhereTheServerDoesNotTakeIt(String call) {
    var email = fresh("ŋari", "example.no");
    int before = PLAIN.delivered().size();

    var refused = call(plain, call, email);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text("code")).isEqualTo("email_address_invalid");
    assertThat(refused.text("message"))
        .isEqualTo(
            "The mail server does not take addresses with characters outside ASCII before the @");
    assertThat(PLAIN.delivered()).hasSize(before);
    assertThat(call(modern, call, fresh("ŋari", "example.no")).status()).isEqualTo(200);
  }

  /// The mail server is asked before a transaction begins: the answer does not depend on whether
  /// there is such an account, which only the transaction finds.
  @Test
  void theNewAddressOfAGeneratedLinkIsJudgedBeforeAnybodyIsLookedUp() {
    var refused =
        plain
            .admin()
            .post(
                "/admin/generate_link",
                "{\"type\":\"email_change_new\",\"email\":\"%s\",\"new_email\":\"%s\"}"
                    .formatted(fresh("nobody", "example.no"), fresh("ŋari", "example.no")));

    assertThat(refused.text("code")).isEqualTo("email_address_invalid");
  }

  @Test
  void anAccountFromElsewhereGetsNoMailThatIsSentToSomebodyElse() {
    var email = fresh("ŋari", "example.no");
    plainServer
        .project()
        .admin()
        .transaction(
            Actor.of("supabase_auth_admin"),
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        "insert into auth.users (id, aud, role, email) values (?, 'authenticated',"
                            + " 'authenticated', ?)",
                        UUID.randomUUID(),
                        email)));
    int before = PLAIN.delivered().size();

    var asked = plain.post("/recover", "{\"email\":\"%s\"}".formatted(email));

    assertThat(asked.status()).isEqualTo(400);
    assertThat(PLAIN.delivered()).hasSize(before);
  }

  /// `ß` would become `ss`, which is another domain; letters of full width and the sign for Kelvin
  /// would become ASCII.
  @ParameterizedTest
  @ValueSource(strings = {"straße.example.de", "ｅxample.com", "λόγος.example.gr", "a‌b.example.ir"})
  void aDomainThatCannotBeWrittenWithoutLossIsRefused(String domain) {
    for (var client : List.of(plain, modern)) {
      var refused = client.signUp(fresh("ola", domain));

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.text("message"))
          .isEqualTo("Unable to validate email address: invalid format");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /signup {'email':'%s','password':'korrekt hest'}",
        "POST /otp {'email':'%s'}",
        "PUT /user {'email':'%s'}",
        "ADMIN /invite {'email':'%s'}",
        "ADMIN /admin/users {'email':'%s'}",
        "ADMIN /admin/generate_link {'type':'invite','email':'%s'}",
        "MEMBER"
      })
  void noAccountGetsAnAddressThatLooksLikeAnother(String call) {
    var email = fresh("kаri", "example.no"); // with a Cyrillic letter

    var refused = call.equals("MEMBER") ? invited(email) : call(modern, call, email);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.response().body())
        .contains("This email address looks like another: it mixes scripts");
  }

  /// What an operator is told who makes an organisation for the address.
  private static AuthClient.Answer invited(String email) {
    return modern
        .admin()
        .post(
            modernServer.url() + "/admin/v1/organizations",
            "{\"name\":\"Lag\",\"slug\":\"lag\",\"admin_email\":\"%s\"}".formatted(email));
  }

  private static AuthClient.Answer call(AuthClient client, String call, String email) {
    var words = call.split(" ", 3);
    var body = words[2].replace('\'', '"').formatted(email);
    return switch (words[0]) {
      case "PUT" -> client.as(signedIn(client)).put(words[1], body);
      case "ADMIN" -> client.admin().post(words[1], body);
      default -> client.post(words[1], body);
    };
  }

  private static String signedIn(AuthClient client) {
    var email = AuthClient.newEmail();
    var made =
        client
            .admin()
            .post(
                "/admin/users",
                "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
                    .formatted(email, AuthClient.PASSWORD));
    assertThat(made.status()).isEqualTo(200);
    return client.signIn(email).text("access_token");
  }
}

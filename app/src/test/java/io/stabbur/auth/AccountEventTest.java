package io.stabbur.auth;

import static io.stabbur.auth.Foothold.assertOk;
import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.factor.Authenticator;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The table of `app/docs/accounts.md`, cell by cell: what ends with what, asked over the wire.
class AccountEventTest {
  private static final String VERIFIER = "v".repeat(50);
  private static final String NEW_PASSWORD = "et helt nytt passord";
  private static final AuthServer AT = new AuthServer(Map.of());
  private static final AuthClient BROWSER = AT.client.with("apikey", "");

  @AfterAll
  static void stop() {
    AT.close();
  }

  /// Somebody with two sessions, everything that may be out, and whoever acts in the first session.
  ///
  /// @param code of a sign-in that was not exchanged yet
  /// @param callback where the browser comes back to that is to link an identity
  /// @param secret of the verified factor of the first session, "" without one
  private record Person(
      String id,
      String email,
      AuthClient.Answer here,
      AuthClient.Answer elsewhere,
      String code,
      String callback,
      Outstanding sent,
      String factor,
      String secret) {
    AuthClient signedIn() {
      return AT.client.as(here.text("access_token"));
    }
  }

  @Test
  void theCodeSaysWhatTheDocumentationSays() throws IOException {
    var page = Files.readString(TestServer.repository().resolve("app/docs/accounts.md"));
    var rows =
        page.lines()
            .dropWhile(line -> !line.startsWith("| What happens"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();

    assertThat(rows)
        .isEqualTo(
            Arrays.stream(AccountEvent.values())
                .map(
                    e ->
                        "| %s | %s | %s | %s | %s |"
                            .formatted(
                                e.words(),
                                e.oneTimeTokens().words(),
                                e.sessions().words(),
                                e.refreshTokens().words(),
                                e.flows().words()))
                .toList());
  }

  private static Map<AccountEvent, Consumer<Person>> events() {
    var events = new EnumMap<AccountEvent, Consumer<Person>>(AccountEvent.class);
    events.put(AccountEvent.TOKEN_USED, AccountEventTest::useToken);
    events.put(
        AccountEvent.PASSWORD_CHANGED,
        p -> assertOk(p.signedIn().put("/user", field("password", NEW_PASSWORD))));
    events.put(AccountEvent.PASSWORD_SET, p -> admin(p, field("password", NEW_PASSWORD)));
    events.put(AccountEvent.EMAIL_CHANGED, p -> admin(p, field("email", AuthClient.newEmail())));
    events.put(AccountEvent.PHONE_CHANGED, p -> admin(p, field("phone", AuthServer.newPhone())));
    events.put(AccountEvent.FACTOR_VERIFIED, AccountEventTest::verifyAgain);
    events.put(
        AccountEvent.FACTOR_REMOVED,
        p -> assertOk(p.signedIn().delete("/factors/" + p.factor, "")));
    events.put(AccountEvent.BANNED, p -> admin(p, field("ban_duration", "1h")));
    events.put(AccountEvent.SIGNED_OUT, p -> signOut(p, "global"));
    events.put(AccountEvent.SIGNED_OUT_ELSEWHERE, p -> signOut(p, "others"));
    events.put(AccountEvent.SIGNED_OUT_HERE, p -> signOut(p, "local"));
    events.put(
        AccountEvent.DELETED, p -> assertOk(AT.client.admin().delete("/admin/users/" + p.id, "")));
    return events;
  }

  @TestFactory
  Stream<DynamicTest> everyCellHolds() {
    return events().entrySet().stream()
        .map(
            e -> DynamicTest.dynamicTest(e.getKey().name(), () -> holds(e.getKey(), e.getValue())));
  }

  @Test
  void aDeletionThatKeepsTheRowEndsTheSame() {
    holds(
        AccountEvent.DELETED,
        p ->
            assertOk(
                AT.client.admin().delete("/admin/users/" + p.id, "{\"should_soft_delete\":true}")));
  }

  @Test
  void aChangeThatThePersonConfirmsEndsTheSame() {
    var fresh = AuthClient.newEmail();
    holds(
        AccountEvent.EMAIL_CHANGED,
        p -> {
          assertOk(p.signedIn().put("/user", field("email", fresh)));
          AT.mailed(fresh, "email_change");
          assertOk(AT.mailed(p.email, "email_change"));
        });
    var phone = AuthServer.newPhone();
    holds(
        AccountEvent.PHONE_CHANGED,
        p -> {
          assertOk(p.signedIn().put("/user", field("phone", phone)));
          assertOk(AT.texted(phone, "phone_change"));
        });
  }

  @Test
  void aConfirmationAndAnInvitationEndWithAPasswordThatAnAdministratorSets() {
    var links = new LinkedHashMap<String, String>();
    var signedUp = AuthClient.newEmail();
    AT.client.signUp(signedUp);
    links.put(signedUp, AT.mailbox.last(signedUp).link());
    var invited = AuthClient.newEmail();
    assertOk(AT.client.admin().post("/invite", field("email", invited)));
    links.put(invited, AT.mailbox.last(invited).link());

    links.forEach(
        (email, link) -> {
          var id = AT.client.admin().get("/admin/users?filter=" + email).at("users.0.id");
          var path = "/admin/users/" + id.getStringValue();
          assertOk(AT.client.admin().put(path, field("password", NEW_PASSWORD)));

          assertThat(Outstanding.byLink(AT, link).text("code")).isEqualTo("otp_expired");
        });
  }

  @Test
  void aLinkOfAPkceFlowLeadsOnAfterASignOut() {
    var email = AuthClient.newEmail();
    var session = AT.signedUp(email);
    var link = pkceLink(email);

    AT.client.as(session.text("access_token")).post("/logout", "");

    assertOk(exchange(followed(link)));
  }

  @Test
  void aChangeOfAddressByPkceLeadsToItsEnd() {
    var email = AuthClient.newEmail();
    var fresh = AuthClient.newEmail();
    var session = AT.signedUp(email);
    var body =
        "{\"email\":\"%s\",\"code_challenge\":\"%s\",\"code_challenge_method\":\"s256\"}"
            .formatted(fresh, challenge());
    assertOk(AT.client.as(session.text("access_token")).put("/user", body));
    var first = AT.mailbox.last(email).link();
    var second = AT.mailbox.last(fresh).link();
    pkceLink(email);

    BROWSER.get(first);
    var done = exchange(followed(second));

    assertThat(done.at("user.email").getStringValue()).isEqualTo(fresh);
  }

  private static void holds(AccountEvent event, Consumer<Person> happens) {
    var person = person(event);

    happens.accept(person);

    sessions(event, person);
    flows(event, person);
    refreshTokens(event, person);
    oneTimeTokens(event, person);
  }

  private static Person person(AccountEvent event) {
    var email = AuthClient.newEmail();
    var here = AT.signedUp(email);
    var id = here.at("user.id").getStringValue();
    boolean factors = event == AccountEvent.FACTOR_VERIFIED || event == AccountEvent.FACTOR_REMOVED;
    var factor = "";
    var secret = "";
    if (factors) {
      var signedIn = AT.client.as(here.text("access_token"));
      var enrolled = signedIn.post("/factors", field("factor_type", "totp"));
      factor = enrolled.text("id");
      secret = enrolled.at("totp.secret").getStringValue();
      here = verify(signedIn, factor, Authenticator.code(secret));
    }
    var elsewhere = AT.client.signIn(email);
    assertOk(elsewhere);
    var signedIn = AT.client.as(here.text("access_token"));
    var code = followed(pkceLink(email));
    var sent = Outstanding.of(AT, signedIn, email);
    return new Person(
        id, email, here, elsewhere, code, AT.beginLinking(signedIn), sent, factor, secret);
  }

  private static void sessions(AccountEvent event, Person person) {
    var here = person.signedIn().get("/user");
    var elsewhere = AT.client.as(person.elsewhere.text("access_token")).get("/user");
    switch (event.sessions()) {
      case STAY, WEAKEN -> {
        assertOk(here);
        assertOk(elsewhere);
      }
      case END -> {
        assertGone(here);
        assertGone(elsewhere);
      }
      case END_OTHERS, END_WEAKER -> {
        assertOk(here);
        assertGone(elsewhere);
      }
      case END_THIS -> {
        assertGone(here);
        assertOk(elsewhere);
      }
      case WAIT -> {
        assertThat(here.text("code")).isEqualTo("user_banned");
        assertThat(elsewhere.text("code")).isEqualTo("user_banned");
      }
    }
  }

  private static void assertGone(AuthClient.Answer answer) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text("code")).isIn("session_not_found", "user_not_found");
  }

  private static void refreshTokens(AccountEvent event, Person person) {
    boolean verified = event == AccountEvent.FACTOR_VERIFIED;
    // the verification itself gave the session its next refresh token
    var here = verified ? null : AT.client.refresh(person.here.text("refresh_token"));
    var elsewhere = AT.client.refresh(person.elsewhere.text("refresh_token"));
    switch (event.refreshTokens()) {
      case STAY -> {
        assertOk(here == null ? elsewhere : here);
        assertOk(elsewhere);
      }
      case WEAKEN -> {
        assertThat(aal(here == null ? elsewhere : here)).isEqualTo("aal1");
        assertThat(aal(elsewhere)).isEqualTo("aal1");
      }
      case END -> {
        assertThat(here == null ? 0 : here.status()).isEqualTo(400);
        assertThat(elsewhere.status()).isEqualTo(400);
      }
      case END_OTHERS, END_WEAKER -> {
        if (here != null) {
          assertOk(here);
        }
        assertThat(elsewhere.text("code")).isEqualTo("refresh_token_not_found");
      }
      case END_THIS -> {
        assertThat(here == null ? "" : here.text("code")).isEqualTo("refresh_token_not_found");
        assertOk(elsewhere);
      }
      case WAIT -> {
        assertThat(here == null ? "" : here.text("code")).isEqualTo("user_banned");
        unban(person);
        assertOk(AT.client.refresh(person.here.text("refresh_token")));
        ban(person);
      }
    }
  }

  private static String aal(AuthClient.Answer session) {
    assertOk(session);
    return AuthClient.claim(session.text("access_token"), "aal").getStringValue();
  }

  private static void flows(AccountEvent event, Person person) {
    var exchanged = exchange(person.code);
    BROWSER.get(person.callback);
    var user = AT.client.admin().get("/admin/users/" + person.id);
    boolean linked = user.status() == 200 && AuthServer.providers(user).contains("gitlab");
    switch (event.flows()) {
      case END -> {
        assertThat(exchanged.text("code")).isEqualTo("flow_state_not_found");
        assertThat(linked).isFalse();
      }
      case WAIT -> {
        assertThat(exchanged.text("code")).isEqualTo("user_banned");
        assertThat(linked).isFalse();
        unban(person);
        assertOk(exchange(person.code));
        ban(person);
      }
      default -> {
        assertOk(exchanged);
        assertThat(linked).isTrue();
      }
    }
  }

  private static void oneTimeTokens(AccountEvent event, Person person) {
    switch (event.oneTimeTokens()) {
      case END -> person.sent.assertEnded();
      case WAIT -> {
        person.sent.assertRefused("user_banned");
        unban(person);
        person.sent.assertGood();
      }
      default -> person.sent.assertGood();
    }
  }

  // --- what happens

  private static void useToken(Person person) {
    AT.client.post("/recover", field("email", person.email));
    assertOk(AT.mailed(person.email, "recovery"));
  }

  private static void verifyAgain(Person person) {
    assertOk(verify(person.signedIn(), person.factor, Authenticator.next(person.secret)));
  }

  private static AuthClient.Answer verify(AuthClient signedIn, String factor, String code) {
    var path = "/factors/" + factor;
    var challenge = signedIn.post(path + "/challenge", "{}").text("id");
    var body = "{\"challenge_id\":\"%s\",\"code\":\"%s\"}".formatted(challenge, code);
    var verified = signedIn.post(path + "/verify", body);
    assertOk(verified);
    return verified;
  }

  private static void signOut(Person person, String scope) {
    assertThat(person.signedIn().post("/logout?scope=" + scope, "").status()).isEqualTo(204);
  }

  private static void ban(Person person) {
    admin(person, field("ban_duration", "1h"));
  }

  private static void unban(Person person) {
    admin(person, field("ban_duration", "none"));
  }

  private static void admin(Person person, String change) {
    assertOk(AT.client.admin().put("/admin/users/" + person.id, change));
  }

  private static String pkceLink(String email) {
    var body =
        "{\"email\":\"%s\",\"code_challenge\":\"%s\",\"code_challenge_method\":\"s256\"}"
            .formatted(email, challenge());
    AT.client.post("/otp", body);
    return AT.mailbox.last(email).link();
  }

  private static String challenge() {
    return Crypto.base64Url(Crypto.sha256(VERIFIER.getBytes(StandardCharsets.UTF_8)));
  }

  private static String followed(String link) {
    var location = BROWSER.get(link).header("Location");
    var query = URI.create(location).getRawQuery();
    assertThat(query).as(location).startsWith("code=");
    return query.substring("code=".length());
  }

  private static AuthClient.Answer exchange(String code) {
    return AT.client.post(
        "/token?grant_type=pkce",
        "{\"auth_code\":\"%s\",\"code_verifier\":\"%s\"}".formatted(code, VERIFIER));
  }

  private static String field(String name, String value) {
    return "{\"%s\":\"%s\"}".formatted(name, value);
  }
}

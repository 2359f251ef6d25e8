package io.stabbur.auth;

import static io.stabbur.auth.Foothold.assertOk;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Invitations of organisations where mail is sent: the link goes to the mailbox and to nobody
/// else.
class InvitationTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final AuthServer AT = new AuthServer(Map.of("stabbur.auth.password.cost", 9));
  private static final Organization HERE = Organization.make();

  /// An organisation and the access token of its administrator.
  private record Organization(String id, String admin) {
    static Organization make() {
      var admin = AuthClient.newEmail();
      var slug = "invites-" + NUMBER.incrementAndGet();
      var made = create(slug, admin);
      assertThat(made.status()).as(made.response().body()).isEqualTo(201);
      return new Organization(made.text("id"), AT.client.signIn(admin).text("access_token"));
    }

    static AuthClient.Answer create(String slug, String admin) {
      var body =
          "{\"name\":\"%s\",\"slug\":\"%s\",\"admin_email\":\"%s\",\"password\":\"%s\"}"
              .formatted(slug, slug, admin, AuthClient.PASSWORD);
      return AT.client.admin().post(AT.server.url() + "/admin/v1/organizations", body);
    }

    String members() {
      return AT.server.url() + "/admin/v1/organizations/" + id + "/members";
    }

    AuthClient.Answer invite(String email) {
      return invite(AT.client.as(admin), email);
    }

    AuthClient.Answer invite(AuthClient inviter, String email) {
      var body = "{\"email\":\"%s\",\"role\":\"peer_mentor\"}".formatted(email);
      var answer = inviter.post(members(), body);
      assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
      return answer;
    }
  }

  @AfterAll
  static void stop() {
    AT.close();
  }

  @Test
  void theLinkIsMailedAndInNobodysAnswer() {
    for (var inviter : new AuthClient[] {AT.client.as(HERE.admin), AT.client.admin()}) {
      var email = AuthClient.newEmail();

      var answer = HERE.invite(inviter, email);

      assertThat(answer.response().body()).doesNotContain("token=").contains("\"mailed\":true");
      assertThat(organizations(AT.follow(AT.mailbox.last(email).link()))).contains(HERE.id);
    }
  }

  @Test
  void whoInvitesGetsNoWayIntoTheAccount() {
    var email = AuthClient.newEmail();
    var answer = HERE.invite(email);
    var owner = AT.follow(AT.mailbox.last(email).link());

    assertThat(AT.client.signIn(email, answer.text("acceptance_code")).status()).isEqualTo(400);
    assertThat(AuthServer.providers(AT.client.as(owner.text("access_token")).get("/user")))
        .containsExactly("email");
    assertThat(accept(owner, answer.text("acceptance_code")).status())
        .as("her link was her acceptance")
        .isEqualTo(400);
  }

  @Test
  void whoSignedUpHerselfKeepsHerLinkAndHerPassword() {
    var email = AuthClient.newEmail();
    AT.client.signUp(email);
    var own = AT.mailbox.last(email).link();

    var answer = HERE.invite(email);
    var code = AT.mailbox.last(email).code();
    var session = AT.follow(own);

    assertThat(code).isEqualTo(answer.text("acceptance_code"));
    assertThat(organizations(session)).doesNotContain(HERE.id);
    assertOk(AT.client.signIn(email));
    assertOk(accept(session, code));
    assertThat(organizations(AT.client.refresh(session.text("refresh_token")))).contains(HERE.id);
  }

  /// Signs up with an address that is somebody else's.
  private static JsonNode signUpAsStranger(String email) {
    var answer =
        AT.client.post(
            "/signup",
            "{\"email\":\"%s\",\"password\":\"a stranger's own password\",\"data\":{\"said\":\"by the stranger\"}}"
                .formatted(email));
    assertOk(answer);
    assertThat(answer.response().body()).doesNotContain("Kari", "invited_at", "her plan");
    return answer.json();
  }

  @Test
  void whoSignsUpWithAnInvitedAddressIsToldNothingOfTheInvitation() {
    var email = AuthClient.newEmail();
    var invited = "{\"email\":\"%s\",\"data\":{\"name\":\"Kari\"}}".formatted(email);
    assertOk(AT.client.admin().post("/invite", invited));

    var told = signUpAsStranger(email);

    assertThat(Json.write(AuthClient.at(told, "user_metadata"))).isEqualTo("{}");
    assertThat(Json.write(AuthClient.at(told, "identities"))).isEqualTo("[]");
  }

  @Test
  void whoSignsUpWithAnUnconfirmedAddressIsToldWhatTheySaidThemselves() {
    var email = AuthClient.newEmail();
    var made =
        "{\"email\":\"%s\",\"phone\":\"%s\",\"user_metadata\":{\"name\":\"Kari\"},\"app_metadata\":{\"plan\":\"her plan\"}}"
            .formatted(email, "47" + (90_000_000 + NUMBER.incrementAndGet()));
    assertOk(AT.client.admin().post("/admin/users", made));

    var told = signUpAsStranger(email);

    assertThat(AuthClient.at(told, "phone").getStringValue()).isEmpty();
    assertThat(Json.write(AuthClient.at(told, "app_metadata")))
        .isEqualTo("{\"provider\":\"email\",\"providers\":[\"email\"]}");
    assertThat(AuthClient.at(told, "user_metadata.said").getStringValue())
        .isEqualTo("by the stranger");
    assertThat(AuthClient.at(told, "identities").size())
        .as("no address that is registered")
        .isOne();
    assertThat(AuthClient.at(told, "identities.0.identity_data.said").getStringValue())
        .isEqualTo("by the stranger");
  }

  @Test
  void whoSignsUpOnceMoreWithTheSamePasswordIsToldOfTheAccount() {
    var email = AuthClient.newEmail();
    var body =
        "{\"email\":\"%s\",\"password\":\"%s\",\"data\":{\"name\":\"Kari\"}}"
            .formatted(email, AuthClient.PASSWORD);
    assertOk(AT.client.post("/signup", body));

    var again = AT.client.signUp(email);

    assertThat(again.at("user_metadata.name").getStringValue()).isEqualTo("Kari");
  }

  @Test
  void anAccountThatNobodyProvedAcceptsNothing() {
    var email = AuthClient.newEmail();
    var body =
        "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
            .formatted(email, AuthClient.PASSWORD);
    assertOk(AT.client.admin().post("/admin/users", body));
    var session = AT.client.signIn(email);
    var code = HERE.invite(email).text("acceptance_code");
    AT.mailbox.last(email);

    var refused = accept(session, code);
    AT.client.post("/otp", "{\"email\":\"%s\"}".formatted(email));
    var owner = AT.mailed(email, "email");
    var accepted = accept(owner, code);

    assertThat(refused.status()).as(refused.response().body()).isEqualTo(403);
    assertThat(refused.response().body()).contains("42501", "you have not shown yet");
    assertOk(accepted);
    assertThat(AT.client.refresh(session.text("refresh_token")).status()).isEqualTo(400);
    assertThat(AT.client.signIn(email).status()).isEqualTo(400);
  }

  @Test
  void noAccountThatSomebodyElseGotIntoIsMadeAnAdministrator() {
    var email = AuthClient.newEmail();
    var foothold =
        Foothold.in(AT, email, AT.follow(AT.generated("invite", email, "").text("action_link")));

    var made = Organization.create("hijacked-" + NUMBER.incrementAndGet(), email);
    var admin = made.at("admin");
    var hijacker = AT.client.refresh(foothold.session().text("refresh_token"));
    var refused = accept(hijacker, AuthClient.at(admin, "acceptance_code").getStringValue());

    assertThat(made.status()).isEqualTo(201);
    assertThat(AuthClient.at(admin, "status").getStringValue()).isEqualTo("suspended");
    assertThat(AuthClient.at(admin, "notice").getStringValue())
        .contains("has an account already", "Its password was not changed");
    assertThat(organizations(hijacker)).doesNotContain(made.text("id"));
    assertThat(refused.status()).isEqualTo(403);
  }

  @Test
  void theOwnerBecomesTheAdministratorAfterProvingAndAccepting() {
    var email = AuthClient.newEmail();
    var foothold =
        Foothold.in(AT, email, AT.follow(AT.generated("invite", email, "").text("action_link")));
    var made = Organization.create("regained-" + NUMBER.incrementAndGet(), email);
    var code = AT.mailbox.last(email).code();
    AT.client.post("/otp", "{\"email\":\"%s\"}".formatted(email));

    var owner = AT.mailed(email, "email");
    assertOk(accept(owner, code));

    foothold.assertEnded(owner);
    assertThat(organizations(AT.client.signIn(email, "eierens eget valg")))
        .contains(made.text("id"));
  }

  @Test
  void anInvitationTellsNothingOfWhetherAnAddressHasAnAccount() {
    var known = AuthClient.newEmail();
    AT.signedUp(known);
    var pending = AuthClient.newEmail();
    AT.client.signUp(pending);

    var told = keys(HERE.invite(AuthClient.newEmail()).json());

    assertThat(keys(HERE.invite(known).json())).isEqualTo(told);
    assertThat(keys(HERE.invite(pending).json())).isEqualTo(told);
    assertThat(told).containsExactly("acceptance_code", "email", "id", "mailed", "role", "status");
  }

  @Test
  void anInvitationTakesAsLongWhetherOrNotThereIsAnAccount() {
    var known = AuthClient.newEmail();
    AT.signedUp(known);
    for (var email : new String[] {known, AuthClient.newEmail()}) {
      long began = System.nanoTime();
      HERE.invite(email);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .as(email)
          .isGreaterThanOrEqualTo(Duration.ofMillis(125));
    }
  }

  @Test
  void whoWasInvitedAndAsksForACodeInsteadAcceptsWithTheOneOfTheOrganization() {
    var email = AuthClient.newEmail();
    var answer = HERE.invite(email);
    var link = AT.mailbox.last(email).link();
    AT.client.post("/otp", "{\"email\":\"%s\"}".formatted(email));

    var session = AT.mailed(email, "email");

    assertThat(organizations(session)).doesNotContain(HERE.id);
    assertThat(AT.client.get(link).header("Location")).contains("error_code=otp_expired");
    assertOk(accept(session, answer.text("acceptance_code")));
  }

  private static AuthClient.Answer accept(AuthClient.Answer session, String code) {
    return AT.client
        .as(session.text("access_token"))
        .post(
            AT.server.url() + "/rest/v1/rpc/accept_membership",
            "{\"code\":\"%s\"}".formatted(code));
  }

  private static String organizations(AuthClient.Answer session) {
    assertOk(session);
    return Json.write(AuthClient.claim(session.text("access_token"), "organizations"));
  }

  private static Set<String> keys(JsonNode object) {
    var keys = new TreeSet<String>();
    object.entries().forEach(entry -> keys.add(entry.getKey()));
    return keys;
  }
}

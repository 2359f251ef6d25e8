package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Accounts are found, and their sessions and factors ended, each with a code.
class UsersPageTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final ProjectPeople PEOPLE = new ProjectPeople(SERVER);
  private static final String WRONG = "The code is wrong";

  @BeforeAll
  static void forgetTries() {
    Tries.forget(SERVER);
  }

  private static int refresh(String token) {
    return Http.post(
            SERVER.url() + "/auth/v1/token?grant_type=refresh_token",
            "{\"refresh_token\":\"%s\"}".formatted(token),
            "apikey",
            SERVER.project().keys().anonKey().reveal(),
            "Content-Type",
            "application/json")
        .statusCode();
  }

  private static String token(String email) {
    var answer = Json.parse(PEOPLE.signIn(email).body());
    return Objects.requireNonNull(answer.get("refresh_token")).getStringValue();
  }

  private static String id(String table, String person, String order) {
    return PEOPLE
        .column(
            "select id from auth.%s where user_id = ?::uuid order by created_at %s limit 1"
                .formatted(table, order),
            person)
        .getFirst();
  }

  @Test
  void anAccountIsFoundByAddressNameAndId() {
    var email = ProjectPeople.address("seeker");
    var name = ProjectPeople.fresh("Name");
    var person = PEOPLE.account(email, name);
    var operator = Browser.of(SERVER, "operator");
    for (var text : new String[] {email, name, person}) {
      var list = operator.get("/expert/users?q=" + text);
      PageChecks.requireSound(text, list);
      assertThat(list.body()).as(text).contains(email, "/console/expert/users/" + person);
    }
    assertThat(operator.get("/expert/users?q=" + name + "x").body()).contains("Nobody has");
    var account = operator.get("/expert/users/" + person);
    PageChecks.requireSound("account", account);
    assertThat(account.body())
        .contains(email, "user_metadata", name, "<code>email</code>", "Sessions (0)")
        .doesNotContain("encrypted_password", "$2a$");
    for (var missing : new String[] {"x", "00000000-0000-4000-8000-000000000000"}) {
      assertThat(operator.get("/expert/users/" + missing).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void looksAtAccountsAreWrittenDownAndAuditorsReadNoSearchText() {
    var email = ProjectPeople.address("looked-at");
    var person = PEOPLE.account(email, "Looked At");
    var operator = Browser.of(SERVER, "operator");
    operator.get("/expert/users?q=" + email);
    operator.get("/expert/users/" + person);
    assertThat(operator.get("/activity").body())
        .contains("Looked at accounts of the project default:")
        .contains("Accounts (read) in default\n" + email)
        .contains("Account (read) in default / " + person);
    assertThat(Browser.of(SERVER, "auditor").get("/activity").body())
        .contains("Accounts (read) in default<", "Account (read) in default / " + person)
        .doesNotContain(email);
    SERVER.bean(OperatorJournal.class).forget("default", email.toUpperCase(Locale.ROOT), person);
    assertThat(operator.get("/activity").body())
        .as("after an erasure")
        .contains("Accounts (read) in default<")
        .doesNotContain(email);
  }

  @Test
  void aSessionIsEndedAloneAndAllTogether() {
    var email = ProjectPeople.address("devices");
    var person = PEOPLE.account(email, "Devices");
    var first = token(email);
    var second = token(email);
    var operator = Browser.of(SERVER, "operator");
    var page = "/expert/users/" + person;
    assertThat(operator.get(page).body()).contains("Sessions (2)", "aal1", "password");
    var path = "/expert/users/default/" + person;
    var end = path + "/sessions/" + id("sessions", person, "asc") + "/end";
    assertThat(operator.post(end, Map.of("code", "000000")).body()).contains(WRONG);
    assertThat(operator.get(page).body()).contains("Sessions (2)");
    assertThat(operator.post(end, Map.of("code", operator.code())).statusCode()).isEqualTo(303);
    assertThat(refresh(first)).isEqualTo(400);
    assertThat(operator.post(end, Map.of("code", operator.code())).statusCode())
        .as("it has ended already")
        .isEqualTo(400);
    var other = PEOPLE.account(ProjectPeople.address("other"), "Other");
    var foreign =
        "/expert/users/default/" + other + "/sessions/" + id("sessions", person, "asc") + "/end";
    assertThat(operator.post(foreign, Map.of("code", operator.code())).statusCode())
        .as("somebody else's")
        .isEqualTo(400);
    assertThat(operator.get(page).body()).contains("Sessions (1)");
    var all = path + "/end-sessions";
    assertThat(operator.post(all, Map.of("code", operator.code())).statusCode()).isEqualTo(303);
    assertThat(refresh(second)).isEqualTo(400);
    assertThat(operator.get("/activity?who=" + email).body())
        .contains("Ended a session of somebody", "Signed somebody out everywhere");
  }

  @Test
  void aFactorIsDeletedAndAnAccountIsKeptOutForATime() {
    var email = ProjectPeople.address("factors");
    var person = PEOPLE.account(email, "Factors");
    PEOPLE.addFactor(person);
    var operator = Browser.of(SERVER, "operator");
    var page = "/expert/users/" + person;
    assertThat(operator.get(page).body()).contains("verified", "totp").doesNotContain("secret");
    var path = "/expert/users/default/" + person;
    var remove = path + "/factors/" + id("mfa_factors", person, "asc") + "/remove";
    assertThat(operator.post(remove, Map.of("code", "000000")).body()).contains(WRONG);
    assertThat(operator.post(remove, Map.of("code", operator.code())).statusCode()).isEqualTo(303);
    assertThat(operator.get(page).body()).contains("Second factors", "None.");
    var ban = path + "/ban";
    assertThat(operator.post(ban, Map.of("hours", "5", "code", operator.code())).statusCode())
        .isEqualTo(400);
    assertThat(operator.post(ban, Map.of("hours", "24", "code", operator.code())).statusCode())
        .isEqualTo(303);
    assertThat(PEOPLE.signIn(email).body()).contains("user_banned");
    assertThat(operator.get(page).body()).contains("Banned", "banned_until");
    assertThat(operator.post(path + "/unban", Map.of("code", operator.code())).statusCode())
        .isEqualTo(303);
    assertThat(PEOPLE.signIn(email).statusCode()).isEqualTo(200);
    assertThat(operator.get("/activity?who=" + email).body())
        .contains("Removed a second step", "Suspended somebody", "Let somebody in again");
  }
}

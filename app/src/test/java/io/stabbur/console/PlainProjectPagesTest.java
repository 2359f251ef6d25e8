package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.Role;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Pages of a project whose schema keeps no organizations: they say so, and people are looked after
/// all the same.
class PlainProjectPagesTest {
  private static final String KEYS =
      "[{\"kty\":\"oct\",\"kid\":\"brought\",\"alg\":\"HS256\",\"use\":\"sig\","
          + "\"k\":\"Z2VoZWltLWdlaGVpbS1nZWhlaW0tZ2VoZWltLWdlaGVpbQ\"}]";
  private static TestServer server = TestServer.shared();

  @BeforeAll
  static void start() {
    var folder = TestServer.repository().resolve("app/src/test/resources/io/stabbur/domain/plain");
    server =
        TestServer.start(
            Map.of(
                "stabbur.migrations",
                folder.toString(),
                "stabbur.auth.sms.test-codes",
                "4712345678:987612",
                "stabbur.console.two-persons",
                true,
                "stabbur.rest.app-settings",
                "payment=geheim",
                "stabbur.projects.default.signing-keys",
                KEYS));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void peopleAreListedAndErasedWithoutOrganizations() {
    var people = new ProjectPeople(server);
    var email = ProjectPeople.address("plain");
    var person = people.account(email, "Plain Person");
    var account = new OperatorApi(server).account("operator@example.org", "operator");
    var browser = new Browser(server);
    browser.get("/sign-in");
    browser.post(
        "/sign-in",
        Map.of(
            "email", account.email(), "password", OperatorApi.PASSWORD, "code", account.code(0)));

    var list = browser.get("/people");
    assertThat(list.body())
        .contains("This project keeps no organisations", "Plain Person", email)
        .doesNotContain("Invite into an organisation");
    assertThat(browser.get("/people/default/" + person).body())
        .contains(email, "Suspend the person")
        .doesNotContain("Member of");
    var organizations = browser.get("/organizations");
    assertThat(organizations.statusCode()).isEqualTo(200);
    assertThat(organizations.body()).contains("This project keeps no organisations");
    PageChecks.requireNoForms("organizations", organizations.body());
    var making = Map.of("name", "a", "slug", "a", "email", email);
    var refused = browser.post("/organizations/default", making);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("This project keeps no organisations.");

    var page = "/data-requests/default/" + person;
    assertThat(browser.get(page).body())
        .contains("does not say what its apps keep", "Account", "Ways to sign in");
    Tries.forgetCodes(server);
    var file = browser.post(page + "/export", Map.of("code", account.code(0)));
    assertThat(file.body()).contains(email, "Plain Person");
    for (int i = 0; i < 2; i++) {
      Tries.forgetCodes(server);
      var asked = browser.post(page + "/erase", Map.of("confirm", email, "code", account.code(0)));
      assertThat(asked.statusCode()).as("one operator alone").isEqualTo(303);
      assertThat(people.column("select id from auth.users")).hasSize(1);
    }
    assertThat(browser.get(page).body())
        .contains("You asked for it yourself", "Take it back")
        .doesNotContain("/erase\"");
    assertThat(browser.post(page + "/withdraw", Map.of()).statusCode()).isEqualTo(303);
    var other = Browser.of(server, "operator");
    other.get(page);
    Tries.forgetCodes(server);
    browser.get(page);
    browser.post(page + "/erase", Map.of("confirm", email, "code", account.code(0)));
    var fresh = Browser.of(server, "operator");
    fresh.get(page);
    fresh.post(page + "/erase", Map.of("confirm", email, "code", fresh.code()));
    assertThat(people.column("select id from auth.users"))
        .as("an operator made after it was asked for is no second person")
        .hasSize(1);
    var desk = server.bean(OperatorDesk.class);
    var asker = desk.find(account.email()).id();
    var _ = desk.changeRole(asker, Role.AUDITOR);
    other.post(page + "/erase", Map.of("confirm", email, "code", other.code()));
    assertThat(people.column("select id from auth.users"))
        .as("the one who asked first is an auditor now")
        .hasSize(1);
    var _ = desk.changeRole(asker, Role.OPERATOR);
    assertThat(browser.get("/data-requests").body()).contains("Waiting for a second", person);
    PageChecks.requireSound("waiting", browser.get(page));
    assertThat(browser.get("/activity").body())
        .contains("Asked another operator to erase somebody in the project default.")
        .doesNotContain("Erased somebody");
    Tries.forgetCodes(server);
    var receipt = browser.post(page + "/erase", Map.of("confirm", email, "code", account.code(0)));
    assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
    assertThat(receipt.body()).contains("Receipt of the erasure");
    assertThat(people.column("select id from auth.users")).isEmpty();
    assertThat(browser.get("/activity").body()).contains("Erased somebody").doesNotContain(email);
  }

  @Test
  void whatIsNotThereIsAMissingPage() {
    var operator = Browser.of(server, "operator");
    for (var address :
        List.of("/data-requests/default/", "/organizations/default/", "/people/default/")) {
      var answer = operator.get(address + UUID.randomUUID());
      assertThat(answer.statusCode()).as(address).isEqualTo(404);
      PageChecks.requireSound(address, answer);
    }
  }

  @Test
  void secretsAreNotShownAmongTheSettings() {
    var page = Browser.of(server, "auditor").get("/settings").body();

    assertThat(page)
        .contains("signing-keys", "test-codes", "app-settings")
        .doesNotContain("Z2VoZWlt", "987612", "geheim");
  }
}

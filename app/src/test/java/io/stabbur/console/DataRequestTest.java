package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a person may ask for, answered on the pages.
class DataRequestTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final ProjectPeople PEOPLE = new ProjectPeople(SERVER);
  private static final String LIST = "/data-requests/default";

  private OperatorApi.Account account = new OperatorApi.Account("", "", "");

  @BeforeEach
  void forgetTries() {
    Tries.forget(SERVER);
  }

  private Browser operator() {
    var email = ProjectPeople.fresh("answers") + "@example.org";
    account = new OperatorApi(SERVER).account(email, "operator");
    var browser = new Browser(SERVER);
    browser.get("/sign-in");
    browser.post(
        "/sign-in",
        Map.of("email", email, "password", OperatorApi.PASSWORD, "code", account.code(0)));
    browser.get(LIST);
    return browser;
  }

  private String code() {
    Tries.forgetCodes(SERVER);
    return account.code(0);
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  @Test
  void thePersonIsFoundByAddressAndByNumberAlone() {
    var email = ProjectPeople.address("asks");
    var person = PEOPLE.account(email, "");
    var auditor = Browser.of(SERVER, "auditor");
    assertThat(location(auditor.get(LIST + "?who=" + email.toUpperCase(java.util.Locale.ROOT))))
        .endsWith("/" + person);
    assertThat(location(auditor.get(LIST + "?who=" + person))).endsWith("/" + person);
    var nobody = auditor.get(LIST + "?who=" + email.substring(0, 8));
    assertThat(nobody.statusCode()).isEqualTo(404);
    assertThat(nobody.body()).contains("Nobody in this project has this address", "who-wrong");
    PageChecks.requireSound("nobody", nobody);
    assertThat(auditor.get(LIST + "/" + new UUID(0, 4)).statusCode()).isEqualTo(404);
    var page = auditor.get(LIST + "/" + person);
    assertThat(page.body()).contains("What is kept about " + email, "Account", "Ways to sign in");
    PageChecks.requireSound("request", page);
    PageChecks.requirePlainWords("request", page.body());
    PageChecks.requireNoForms("request", page.body());
  }

  @Test
  void theFileIsGivenWithACodeAlone() {
    var email = ProjectPeople.address("export");
    var person = PEOPLE.account(email, "Somebody Special");
    var operator = operator();
    var page = LIST + "/" + person;
    var refused = operator.post(page + "/export", Map.of("code", "123456"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("export-code-wrong").doesNotContain("Somebody Special");

    var file = operator.post(page + "/export", Map.of("code", code()));
    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.headers().firstValue("Content-Disposition").orElse("")).contains("attachment");
    assertThat(file.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(Json.parse(file.body()).get("account")).isNotNull();
    assertThat(file.body()).contains(email, "Somebody Special");
    assertThat(operator.get("/activity?who=" + email).body())
        .contains(account.email(), "Downloaded what is kept about somebody");
  }

  @Test
  void somebodyIsErasedByTheAddressAndACodeAndIsNamedByANumberFromThenOn() {
    var email = ProjectPeople.address("erase");
    var organization =
        PEOPLE.organization(ProjectPeople.fresh("Lag"), ProjectPeople.address("leder"));
    var person = PEOPLE.member(organization, email, "peer_mentor");
    var operator = operator();
    var page = LIST + "/" + person;
    operator.post("/people/default/" + person + "/suspend", Map.of());
    assertThat(operator.get("/activity?who=" + email).body()).contains("Suspended somebody");

    var unsure = operator.post(page + "/erase", Map.of("confirm", "another", "code", code()));
    assertThat(unsure.statusCode()).isEqualTo(400);
    assertThat(unsure.body()).contains("Nothing was erased", "confirm-wrong");
    var wrong = operator.post(page + "/erase", Map.of("confirm", email, "code", "000000"));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("erase-code-wrong");
    assertThat(PEOPLE.column("select id from auth.users where email = ?", email)).hasSize(1);

    var receipt = operator.post(page + "/erase", Map.of("confirm", email, "code", code()));
    assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
    assertThat(receipt.body())
        .contains("Receipt of the erasure", email, account.email(), "Memberships", person);
    PageChecks.requireSound("receipt", receipt);
    PageChecks.requirePlainWords("receipt", receipt.body());
    assertThat(PEOPLE.column("select id from auth.users where id = ?::uuid", person)).isEmpty();

    assertThat(operator.get("/activity?who=" + email).body())
        .as("the journal does not know the address any more")
        .contains("Nothing has been done");
    assertThat(operator.get("/activity?who=" + person).body())
        .contains("Erased somebody", "Suspended somebody", account.email());
    assertThat(operator.get(page).statusCode()).isEqualTo(404);
  }
}

package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.OperatorLogEntry;
import io.stabbur.control.operator.Role;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What owners do with operators on the page, and what the list of activity tells of it.
class OperatorPageTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final OperatorDesk DESK = SERVER.bean(OperatorDesk.class);

  @BeforeEach
  void forgetTries() {
    Tries.forget(SERVER);
  }

  private static String fresh(String name) {
    return name + "-" + UUID.randomUUID().toString().substring(0, 8) + "@example.org";
  }

  /// With a code of the owner's.
  private static HttpResponse<String> post(Browser owner, String page, Map<String, String> fields) {
    var all = new HashMap<>(fields);
    all.put("code", owner.code());
    return owner.post(page, all);
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  @Test
  void anOwnerInvitesChangesResetsAndRemovesAndEachIsTold() {
    var owner = Browser.of(SERVER, "owner");
    var email = fresh("new");
    var uncoded = owner.post("/operators", Map.of("email", email, "role", "owner"));
    assertThat(uncoded.statusCode()).as("an open session alone").isEqualTo(400);
    assertThat(uncoded.body()).doesNotContain("/console/invitation?code=");
    var invited = post(owner, "/operators", Map.of("email", email, "role", "auditor"));
    assertThat(invited.statusCode()).isEqualTo(200);
    PageChecks.requireSound("invited", invited);
    var link = Pattern.compile("/console/invitation\\?code=([\\w-]+)").matcher(invited.body());
    assertThat(link.find()).isTrue();
    assertThat(owner.get("/operators").body()).contains(email).doesNotContain(link.group(1));
    assertThat(new Browser(SERVER).get("/invitation?code=" + link.group(1)).body())
        .contains("name=\"password\"");

    var id = DESK.find(email).id();
    for (var act : new String[] {"role", "reset-factor", "invite", "remove"}) {
      var form = Map.of("role", "owner", "confirm", email, "code", "000000");
      var refused = owner.post("/operators/" + id + "/" + act, form);
      assertThat(refused.statusCode()).as(act + " without a code").isEqualTo(400);
      assertThat(refused.body()).as(act).contains("The code is wrong");
      PageChecks.requireSound(act, refused);
    }
    assertThat(DESK.find(email).role()).isEqualTo(Role.AUDITOR);
    assertThat(location(post(owner, "/operators/" + id + "/role", Map.of("role", "operator"))))
        .endsWith("?done=role");
    assertThat(DESK.find(email).role()).isEqualTo(Role.OPERATOR);
    assertThat(location(post(owner, "/operators/" + id + "/reset-factor", Map.of())))
        .endsWith("?done=factor-reset");
    assertThat(post(owner, "/operators/" + id + "/invite", Map.of()).body())
        .contains("/console/invitation?code=")
        .doesNotContain(link.group(1));

    var unsure = owner.post("/operators/" + id + "/remove", Map.of("confirm", "another"));
    assertThat(unsure.statusCode()).isEqualTo(400);
    assertThat(unsure.body()).contains("Nobody was removed");
    assertThat(DESK.find(email).id()).isEqualTo(id);
    assertThat(location(post(owner, "/operators/" + id + "/remove", Map.of("confirm", email))))
        .endsWith("?done=operator-removed");
    assertThat(owner.get("/operators").body()).doesNotContain(email);

    var activity = owner.get("/activity?who=" + email).body();
    assertThat(activity.split(email, -1)).as("each says whom it is about").hasSizeGreaterThan(6);
    for (var deed :
        new String[] {
          "Invited an operator.",
          "Gave an operator another role.",
          "Reset the app for codes of an operator.",
          "Made a new invitation for an operator.",
          "Removed an operator.",
          "Refused"
        }) {
      assertThat(activity).contains(deed);
    }
    PageChecks.requirePlainWords("activity", activity);
  }

  @Test
  void whatTheDeskRefusesIsToldOnThePage() {
    var owner = Browser.of(SERVER, "owner");
    for (var form :
        new Map[] {
          Map.of("email", "no address", "role", "auditor"),
          Map.of("email", fresh("x"), "role", "king"),
          Map.of("email", "", "role", "")
        }) {
      @SuppressWarnings("unchecked")
      var answer = post(owner, "/operators", (Map<String, String>) form);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .containsAnyOf("That is no e-mail address", "Choose one of the roles");
    }
    assertThat(owner.post("/operators/" + new UUID(0, 9) + "/role", Map.of()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aScriptInAnAddressIsShownAsText() {
    var script = "<script>alert(" + UUID.randomUUID() + ")</script>@example.org";
    var token = new OperatorApi(SERVER).token(script, "auditor");
    assertThat(token).startsWith("sbo_");
    var auditor = Browser.of(SERVER, "auditor");
    for (var page : new String[] {"/operators", "/activity", "/activity?who=%3Cscript%3E"}) {
      var answer = auditor.get(page);
      assertThat(answer.body()).as(page).contains("&lt;script&gt;");
      PageChecks.requireSound(page, answer);
    }
  }

  @Test
  void activityIsFilteredAndDownloadedWithoutFormulas() {
    new OperatorApi(SERVER).token("=cmd()" + UUID.randomUUID() + "@example.org", "auditor");
    var another = fresh("another");
    new OperatorApi(SERVER).token(another, "auditor");
    var auditor = Browser.of(SERVER, "auditor");
    assertThat(auditor.get("/activity?who=%3Dcmd()").body())
        .contains("=cmd()", "Let a program in.", "Signed in.")
        .as("what was done about the person, by whomever")
        .contains("command on the server")
        .contains("/console/activity.csv?who=%3Dcmd%28%29")
        .doesNotContain(another);
    assertThat(auditor.get("/activity.csv?who=%3Dcmd()").body())
        .contains("\"'=cmd()")
        .doesNotContain(another);
    assertThat(auditor.get("/activity?who=nobody-at-all").body()).contains("Nothing has been done");
    assertThat(auditor.get("/activity?most=-5").statusCode()).isEqualTo(200);
    assertThat(auditor.get("/activity?most=many").statusCode()).isEqualTo(200);
    var csv = auditor.get("/activity.csv");
    assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    assertThat(csv.body())
        .startsWith("\"time\",\"operator\",\"action\",\"about\",\"outcome\"")
        .contains("\"'=cmd()", another)
        .doesNotContain("\"=cmd()");
  }

  @Test
  void theCommandIsFoundByTheWordsThatAreShownForIt() {
    var email = fresh("shown");
    new OperatorApi(SERVER).token(email, "auditor");
    var auditor = Browser.of(SERVER, "auditor").reading("nb");
    for (var who : new String[] {"kommando%20p%C3%A5%20serveren", "KOMMANDO"}) {
      assertThat(auditor.get("/activity?who=" + who).body())
          .as(who)
          .contains("<td>kommando på serveren</td>", email)
          .doesNotContain("command on the server");
      assertThat(auditor.get("/activity.csv?who=" + who).body())
          .as(who)
          .contains("\"kommando på serveren\"", email)
          .doesNotContain("\"sign-in\"");
    }
    assertThat(auditor.get("/activity?who=kommando%20for").body()).doesNotContain(email);
    var found = DESK.log("kommando", "kommando på serveren", Long.MAX_VALUE, 2);
    assertThat(found)
        .hasSize(2)
        .extracting(OperatorLogEntry::operator)
        .containsOnly("command on the server");
    var second =
        DESK.log(
            "kommando", "kommando på serveren", Objects.requireNonNull(found.getFirst().id()), 1);
    assertThat(second).as("the next page").containsExactly(found.getLast());
  }

  @Test
  void signInsOfOperatorsAreWrittenDownAlsoThoseThatFail() {
    var email = fresh("signs-in");
    var account = new OperatorApi(SERVER).account(email, "auditor");
    var api = new OperatorApi(SERVER);
    assertThat(api.signIn(email, "another password", "").statusCode()).isEqualTo(401);
    assertThat(api.signIn(email, OperatorApi.PASSWORD, "000000").statusCode()).isEqualTo(401);
    assertThat(api.signIn(email, OperatorApi.PASSWORD, account.code(0)).statusCode())
        .isEqualTo(200);
    Await.until(
        "all are written",
        Duration.ofSeconds(10),
        () -> signIns(email).equals(List.of(200, 200, 401, 401)));
    var stranger = fresh("stranger");
    assertThat(api.signIn(stranger, "another password", "").statusCode()).isEqualTo(401);
    assertThat(DESK.log(stranger, 10)).as("nobody fills the list from outside").isEmpty();
  }

  private static List<Integer> signIns(String email) {
    return DESK.log(email, 20).stream()
        .filter(entry -> entry.action().equals("sign-in"))
        .map(OperatorLogEntry::status)
        .sorted()
        .toList();
  }
}

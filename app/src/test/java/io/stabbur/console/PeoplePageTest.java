package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.data.model.Pageable;
import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
import io.stabbur.control.operator.OperatorLog;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// People of a project on the pages: found, invited, helped and kept out.
class PeoplePageTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final ProjectPeople PEOPLE = new ProjectPeople(SERVER);
  private static final String LIST = "/people/default";

  @BeforeEach
  void forgetTries() {
    Tries.forget(SERVER);
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  /// An operator whose next code is at hand.
  private record Operator(Browser browser, OperatorApi.Account account) {
    static Operator signedIn() {
      var email = ProjectPeople.fresh("helper") + "@example.org";
      var account = new OperatorApi(SERVER).account(email, "operator");
      var browser = new Browser(SERVER);
      browser.get("/sign-in");
      browser.post(
          "/sign-in",
          Map.of("email", email, "password", OperatorApi.PASSWORD, "code", account.code(0)));
      browser.get(LIST);
      return new Operator(browser, account);
    }

    String code() {
      Tries.forgetCodes(SERVER);
      return account.code(0);
    }
  }

  @Test
  void peopleAreFoundByAddressAndNameWithTheirRoles() {
    var email = ProjectPeople.address("kari");
    var name = ProjectPeople.fresh("Kari Nordmann");
    var organizationName = ProjectPeople.fresh("Korps");
    var organization =
        PEOPLE.organization(organizationName, ProjectPeople.address("administrator"));
    var person = PEOPLE.member(organization, email, "coordinator");
    PEOPLE.run("update public.profiles set display_name = ? where id = ?::uuid", name, person);
    var auditor = Browser.of(SERVER, "auditor");

    for (var wanted :
        List.of(email, email.substring(0, 10), name.replace(" ", "%20").toLowerCase(Locale.ROOT))) {
      var found = auditor.get(LIST + "?q=" + wanted);
      assertThat(found.body())
          .as(wanted)
          .contains(email, name, "Coordinator, " + organizationName, "Never", "/" + person);
      PageChecks.requireSound(wanted, found);
      PageChecks.requirePlainWords(wanted, found.body());
      PageChecks.requireNoForms(wanted, found.body());
    }
    assertThat(auditor.get(LIST + "?q=nobody%25at-all").body())
        .contains("Nobody’s name or address");
    assertThat(auditor.get("/people/nowhere").statusCode()).isEqualTo(404);
    assertThat(auditor.get(LIST + "/" + new UUID(0, 5)).statusCode()).isEqualTo(404);
    assertThat(auditor.get(LIST + "?after=nonsense").statusCode()).isEqualTo(200);

    var one = auditor.get(LIST + "/" + person);
    assertThat(one.body()).contains(name, email, organizationName, "Not set up", "Nothing keeps");
    PageChecks.requireSound("person", one);
    PageChecks.requirePlainWords("person", one.body());
    PageChecks.requireNoForms("person", one.body());
  }

  @Test
  void aNameOfTheAccountIsFoundToo() {
    var name = ProjectPeople.fresh("Ola");
    var email = ProjectPeople.address("x");
    var _ = PEOPLE.account(email, name);
    assertThat(Browser.of(SERVER, "auditor").get(LIST + "?q=" + name).body())
        .contains(name, email, "Member of no organisation");
  }

  @Test
  void pagesFollowOneAnotherWithoutGapsAndDoubles() {
    var word = ProjectPeople.fresh("paged");
    var made = new ArrayList<String>();
    for (int i = 0; i < 120; i++) {
      made.add("%s-%03d@people.example".formatted(word, i));
    }
    PEOPLE.run(
        """
        insert into auth.users (id, aud, role, email, created_at, updated_at, email_confirmed_at)
        select gen_random_uuid(), 'authenticated', 'authenticated', ? || to_char(n, 'FM000') || '@people.example', now(), now(), now()
        from generate_series(0, 119) n\
        """,
        word + "-");
    var auditor = Browser.of(SERVER, "auditor");
    var next = Pattern.compile("href=\"/console(/people/default\\?after=[^\"]+)\">Next");
    var seen = new ArrayList<String>();
    var address = LIST + "?q=" + word;
    int pages = 0;
    while (!address.isEmpty() && pages < 10) {
      var body = auditor.get(address).body();
      Pattern.compile(word + "-\\d{3}@people\\.example")
          .matcher(body)
          .results()
          .forEach(found -> seen.add(found.group()));
      var link = next.matcher(body);
      address = link.find() ? link.group(1).replace("&amp;", "&") : "";
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(seen).containsExactlyElementsOf(made);
  }

  @Test
  void afterSomebodyWhoWasDeletedTheListBeginsAnew() {
    var word = ProjectPeople.fresh("left");
    var left = PEOPLE.account(word + "-a@people.example", "");
    PEOPLE.account(word + "-b@people.example", "");
    var auditor = Browser.of(SERVER, "auditor");
    var after = LIST + "?q=" + word + "&after=" + left;
    assertThat(auditor.get(after).body()).contains(word + "-b@");
    PEOPLE.run("update auth.users set deleted_at = now(), email = 'x' where id = ?::uuid", left);
    assertThat(auditor.get(after).body()).contains(word + "-b@").doesNotContain(word + "-a@");
  }

  @Test
  void aSecondFactorIsResetWithACodeOfTheOperatorAlone() {
    var email = ProjectPeople.address("lost");
    var person = PEOPLE.account(email, "");
    PEOPLE.addFactor(person);
    var operator = Operator.signedIn();
    var browser = operator.browser();
    var page = LIST + "/" + person;
    assertThat(browser.get(page).body()).contains("Reset the second step");

    var refused = browser.post(page + "/reset-factor", Map.of("code", "000000"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains("The code is wrong", "aria-describedby=\"reset-code-hint reset-code-wrong\"");
    PageChecks.requireSound("refused", refused);
    assertThat(browser.post(page + "/reset-factor", Map.of()).statusCode()).isEqualTo(400);
    assertThat(factors(person)).isEqualTo("1");

    assertThat(location(browser.post(page + "/reset-factor", Map.of("code", operator.code()))))
        .endsWith("?done=person-reset-factor");
    assertThat(factors(person)).isEqualTo("0");
    assertThat(PEOPLE.column("select payload ->> 'action' from auth.audit_log_entries"))
        .contains("factor_deleted");
    assertThat(browser.get("/activity?who=" + email).body())
        .as("the journal says who did it and to whom")
        .contains(operator.account().email(), email, "Reset somebody’s second step");
  }

  private static String factors(String person) {
    return PEOPLE
        .column("select count(*)::text from auth.mfa_factors where user_id = ?::uuid", person)
        .getFirst();
  }

  @Test
  void sessionsEndEverywhereWithACode() {
    var email = ProjectPeople.address("stolen");
    var person = PEOPLE.account(email, "");
    var session = OperatorApi.text(Json.parse(PEOPLE.signIn(email).body()), "access_token");
    assertThat(user(session).statusCode()).isEqualTo(200);
    var operator = Operator.signedIn();
    var page = LIST + "/" + person;
    assertThat(operator.browser().post(page + "/end-sessions", Map.of("code", "1")).statusCode())
        .isEqualTo(400);
    assertThat(user(session).statusCode()).isEqualTo(200);
    assertThat(
            location(
                operator.browser().post(page + "/end-sessions", Map.of("code", operator.code()))))
        .endsWith("?done=person-end-sessions");
    assertThat(user(session).statusCode()).isEqualTo(403);
    assertThat(operator.browser().get(page).body()).contains("signed in nowhere");
  }

  private static HttpResponse<String> user(String session) {
    return Http.get(
        SERVER.url() + "/auth/v1/user",
        "apikey",
        SERVER.project().keys().anonKey().reveal(),
        "Authorization",
        "Bearer " + session);
  }

  @Test
  void somebodyIsKeptOutAndLetInAgain() {
    var email = ProjectPeople.address("out");
    var page = LIST + "/" + PEOPLE.account(email, "");
    var operator = Browser.of(SERVER, "operator");
    operator.get(page);
    assertThat(location(operator.post(page + "/suspend", Map.of())))
        .endsWith("?done=person-suspend");
    assertThat(PEOPLE.signIn(email).statusCode()).isEqualTo(400);
    assertThat(operator.get(page).body()).contains("Suspended", "Let the person in");
    assertThat(location(operator.post(page + "/resume", Map.of()))).endsWith("?done=person-resume");
    assertThat(PEOPLE.signIn(email).statusCode()).isEqualTo(200);
  }

  @Test
  void somebodyIsInvitedGetsAnotherRoleAndLeaves() {
    var lag = ProjectPeople.fresh("Lag");
    var organization = PEOPLE.organization(lag, ProjectPeople.address("administrator"));
    var email = ProjectPeople.address("invited");
    var operator = Browser.of(SERVER, "operator");
    operator.get(LIST);
    var form = Map.of("email", email, "organization", organization, "role", "peer_mentor");
    var invited = operator.post(LIST + "/invite", form);
    assertThat(invited.statusCode()).as(invited.body()).isEqualTo(200);
    assertThat(invited.body()).contains(email, "Send this link to the person yourself", "/verify?");
    assertThat(operator.get(LIST + "?q=" + email).body())
        .contains(email, "Peer mentor", "Has not opened the invitation")
        .doesNotContain("/verify?");

    var again = operator.post(LIST + "/invite", form);
    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(again.body()).contains("That is there already", "value=\"" + email + "\"");
    var wrong = Map.of("email", "no address", "organization", organization, "role", "peer_mentor");
    assertThat(operator.post(LIST + "/invite", wrong).body())
        .contains("That is no e-mail address", "id=\"email-wrong\"");
    var nowhere = Map.of("email", email, "organization", "", "role", "peer_mentor");
    assertThat(operator.post(LIST + "/invite", nowhere).body()).contains("Choose an organisation.");

    var person = PEOPLE.column("select id from auth.users where email = ?", email).getFirst();
    var member =
        PEOPLE
            .column("select id from public.memberships where user_id = ?::uuid", person)
            .getFirst();
    var page = LIST + "/" + person;
    operator.get(page);
    var role = Map.of("organization", organization, "member", member, "role", "coordinator");
    assertThat(location(operator.post(page + "/role", role))).endsWith("?done=person-role");
    assertThat(operator.get(page).body()).contains("Coordinator");
    var king = Map.of("organization", organization, "member", member, "role", "king");
    assertThat(operator.post(page + "/role", king).body()).contains("Choose one of the roles");
    var unsure = Map.of("organization", organization, "member", member, "confirm", "another name");
    var refused = operator.post(page + "/leave", unsure);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains("Nobody was removed", "id=\"confirm-" + member + "-" + organization + "-wrong\"");
    PageChecks.requireSound("leave", refused);
    var sure = Map.of("organization", organization, "member", member, "confirm", lag);
    assertThat(location(operator.post(page + "/leave", sure))).endsWith("?done=person-leave");
    assertThat(operator.get(page).body()).contains("Member of no organisation");
    assertThat(operator.get("/activity?who=" + email).body())
        .contains("Invited somebody", "another role", "Ended somebody’s membership");
  }

  @Test
  void aScriptInANameIsShownAsText() {
    var script = ProjectPeople.fresh("<script>alert(1)</script>");
    var email = ProjectPeople.address("script");
    var person = PEOPLE.account(email, script);
    var auditor = Browser.of(SERVER, "auditor");
    for (var page : List.of(LIST + "?q=" + email, LIST + "/" + person, LIST + "?q=%3Cscript%3E")) {
      var answer = auditor.get(page);
      assertThat(answer.body()).as(page).contains("&lt;script&gt;");
      PageChecks.requireSound(page, answer);
    }
  }

  @Test
  void aMembershipOfSomebodyElseIsLeftAlone() {
    var organization =
        PEOPLE.organization(ProjectPeople.fresh("Lag"), ProjectPeople.address("administrator"));
    var anna = PEOPLE.member(organization, ProjectPeople.address("anna"), "peer_mentor");
    var berit = PEOPLE.member(organization, ProjectPeople.address("berit"), "peer_mentor");
    var member = membership(berit);
    var operator = Browser.of(SERVER, "operator");
    var page = LIST + "/" + anna;
    operator.get(page);
    var form = Map.of("organization", organization, "member", member, "role", "coordinator");

    for (var act : List.of("/role", "/leave")) {
      var refused = operator.post(page + act, form);
      assertThat(refused.statusCode()).as(act).isEqualTo(404);
      PageChecks.requireSound(act, refused);
    }
    assertThat(
            PEOPLE.column(
                "select role || ' ' || status from public.memberships where id = ?::uuid", member))
        .containsExactly("peer_mentor active");
    var elsewhere =
        PEOPLE.organization(ProjectPeople.fresh("Lag"), ProjectPeople.address("administrator"));
    var wrong =
        Map.of("organization", elsewhere, "member", membership(anna), "role", "coordinator");
    assertThat(operator.post(page + "/role", wrong).statusCode()).isEqualTo(404);
  }

  private static String membership(String person) {
    return PEOPLE
        .column("select id from public.memberships where user_id = ?::uuid", person)
        .getFirst();
  }

  @Test
  void theCharacterZeroIsRefused() {
    var operator = Browser.of(SERVER, "operator");
    operator.get(LIST);
    for (var address :
        List.of(LIST + "?q=%00", LIST + "?q=a%00b&done=%00", "/people/%00", "/activity?who=%00")) {
      var refused = operator.get(address);
      assertThat(refused.statusCode()).as(address).isEqualTo(400);
      PageChecks.requireSound(address, refused);
    }
    var form = Map.of("email", "a\0@example.org", "organization", "\0", "role", "peer_mentor");
    assertThat(operator.post(LIST + "/invite", form).statusCode()).isEqualTo(400);
    assertThat(operator.post("/people/%00/invite", Map.of()).statusCode()).isEqualTo(400);
    assertThat(new Browser(SERVER).get("/sign-in?next=%00").statusCode()).isEqualTo(400);
  }

  @Test
  void theJournalForgetsAnAddressHoweverItWasTyped() {
    var organization =
        PEOPLE.organization(ProjectPeople.fresh("Lag"), ProjectPeople.address("administrator"));
    var email = ProjectPeople.address("glemt");
    var typed = email.toUpperCase(Locale.ROOT);
    var helper = Operator.signedIn();
    var operator = helper.browser();
    var form = Map.of("email", typed, "organization", organization, "role", "peer_mentor");
    assertThat(operator.post(LIST + "/invite", form).statusCode()).isEqualTo(200);
    assertThat(operator.post("/organizations/default/" + organization + "/invite", form).body())
        .contains("That is there already");
    assertThat(operator.get("/activity?who=" + email).body()).contains(email).doesNotContain(typed);
    var person = PEOPLE.column("select id from auth.users where email = ?", email).getFirst();
    var log = SERVER.bean(OperatorLog.class);
    var latest = log.findAllOrderByIdDesc(Pageable.from(0, 1)).getFirst();
    assertThat(log.about(Objects.requireNonNull(latest.id()), "default", typed)).isOne();

    var erased =
        operator.post(
            "/data-requests/default/" + person + "/erase",
            Map.of("confirm", email, "code", helper.code()));

    assertThat(erased.statusCode()).as(erased.body()).isEqualTo(200);
    assertThat(log.search(email, Long.MAX_VALUE, 10)).isEmpty();
    assertThat(log.search(person, Long.MAX_VALUE, 10)).isNotEmpty();
  }

  @Test
  void moreOfANameIsAskedForWhereTooManyHaveIt() {
    var word = ProjectPeople.fresh("mange");
    PEOPLE.run(
        """
        insert into auth.users (id, aud, role, email, created_at, updated_at, email_confirmed_at)
        select gen_random_uuid(), 'authenticated', 'authenticated', n || ?, now(), now(), now()
        from generate_series(1, 201) n\
        """,
        "@" + word + ".example");
    PEOPLE.run(
        """
        insert into public.profiles (id, display_name) select id, ? || ' ' || email from auth.users
        where email like ? on conflict (id) do update set display_name = excluded.display_name\
        """,
        word.replace('-', ' '),
        "%@" + word + ".example");
    var auditor = Browser.of(SERVER, "auditor");
    var list = LIST + "?q=" + word.replace("-", "%20");
    var many = auditor.get(list);
    assertThat(many.body()).contains("Write more of the name");
    PageChecks.requireSound("many", many);
    assertThat(auditor.get(list + "%20201@").body())
        .contains("201@" + word)
        .doesNotContain("Write more of the name");
    assertThat(auditor.reading("nb").get(list).body()).contains("Skriv mer av navnet");
  }
}

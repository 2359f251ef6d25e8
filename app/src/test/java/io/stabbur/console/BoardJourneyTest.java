package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.control.OperatorApi;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.testing.Await;
import io.stabbur.testing.Chromium;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a board does with the pages, from the sign-in on: it invites somebody, gives a role, resets
/// a second factor, answers a data request, makes a backup, rehearses a restore and silences an
/// alert. In a real browser, by keyboard alone.
@Tag("nightly")
class BoardJourneyTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String ORGANIZATION = "Likeperson Vest";
  private static TestServer server;
  private static ProjectPeople people;
  private static String organization;

  private OperatorApi.Account account = new OperatorApi.Account("", "", "");

  @BeforeAll
  static void start() {
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.backup.to", TestServer.newFolder().toString());
    settings.put("stabbur.backup.prove-every", "0s");
    settings.put("stabbur.operations.metrics.every", "2s");
    settings.put("stabbur.operations.alerts.every", "2s");
    settings.put("stabbur.operations.advisor.every", "2s");
    settings.put("stabbur.operations.alerts.rules.advisor-error.lasting", "0s");
    server = TestServer.start(settings);
    people = new ProjectPeople(server);
    organization = people.organization(ORGANIZATION, ProjectPeople.address("leder"));
    var _ = people.organization("Likeperson Aust", ProjectPeople.address("leder"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private boolean hasScripts = true;

  @Test
  void byKeyboard() {
    try (var chromium = Chromium.start()) {
      journey(chromium);
      assertThat(chromium.errors()).isEmpty();
    }
  }

  @Test
  void byKeyboardWithScriptsOff() {
    try (var chromium = Chromium.start()) {
      chromium.withoutScripts();
      hasScripts = false;
      chromium.open("data:text/html,<title>off</title><script>document.title='on'</script>");
      chromium.awaitAddress("data:");
      assertThat(chromium.evaluate("document.title")).isEqualTo("off");
      journey(chromium);
      assertThat(chromium.errors()).isEmpty();
    }
  }

  private void journey(Chromium chromium) {
    var table = "open_" + UUID.randomUUID().toString().replace("-", "");
    TestPostgres.execute(
        server.project().admin().login(), "create table public." + table + " (id int primary key)");
    var email = ProjectPeople.address("kari");
    var person = people.member(organization, email, "peer_mentor");
    people.addFactor(person);
    chromium.widen(1280);
    var keyboard = new Keyboard(chromium);
    signIn(keyboard);
    invite(keyboard);
    giveRole(keyboard, email, person);
    resetFactor(keyboard, person);
    answerRequest(keyboard, email, person);
    rehearse(keyboard);
    silence(keyboard);
  }

  private void signIn(Keyboard keyboard) {
    Tries.forget(server);
    account = new OperatorApi(server).account(ProjectPeople.address("styret"), "operator");
    keyboard.chromium().open(server.url() + "/console/sign-in?language=en");
    keyboard.chromium().awaitAddress(server.url() + "/console/sign-in");
    keyboard.write("#email", account.email());
    keyboard.write("#password", OperatorApi.PASSWORD);
    keyboard.write("#code", account.code(0));
    keyboard.press("main form button");
    assertThat(keyboard.text()).startsWith("Start");
  }

  /// A code of the operator's that counts.
  private String code() {
    Tries.forgetCodes(server, account.email());
    return account.code(0);
  }

  private static void goTo(Keyboard keyboard, String page) {
    keyboard.press(".side a[href$=\"" + page + "\"]");
  }

  private static void invite(Keyboard keyboard) {
    var email = ProjectPeople.address("ny");
    goTo(keyboard, "/people");
    keyboard.write("#email", email);
    keyboard.choose("#organization", ORGANIZATION);
    keyboard.choose("#role", "Coordinator");
    keyboard.press("form[action$=\"/invite\"] button");
    assertThat(keyboard.text()).contains(email + " is a member now", "Send this link");
    assertThat(
            people.column(
                "select m.role from public.memberships m join auth.users u on u.id = m.user_id"
                    + " where u.email = ?",
                email))
        .containsExactly("coordinator");
  }

  private static void giveRole(Keyboard keyboard, String email, String person) {
    goTo(keyboard, "/people");
    keyboard.write("#q", email);
    keyboard.enter();
    keyboard.press("main table a");
    keyboard.unfold("main .entry summary");
    keyboard.choose("form[action$=\"/role\"] select", "Administrator");
    keyboard.press("form[action$=\"/role\"] button");
    assertThat(keyboard.text()).contains("The role is changed.");
    assertThat(people.column("select role from public.memberships where user_id = ?::uuid", person))
        .containsExactly("org_admin");
  }

  private void resetFactor(Keyboard keyboard, String person) {
    keyboard.write("#reset-code", code());
    keyboard.press("form[action$=\"/reset-factor\"] button");
    assertThat(keyboard.text()).contains("The second step is reset.");
    assertThat(people.column("select id from auth.mfa_factors where user_id = ?::uuid", person))
        .isEmpty();
  }

  private void answerRequest(Keyboard keyboard, String email, String person) {
    goTo(keyboard, "/data-requests");
    keyboard.write("#who", email);
    keyboard.enter();
    assertThat(keyboard.text()).contains("What is kept about " + email);
    keyboard.write("#export-code", code());
    keyboard.to("form[action$=\"/export\"] button");
    keyboard.chromium().enter();
    Await.until("the file was given out", LIMIT, () -> isDone(email, "/export"));
    keyboard.write("#confirm", email);
    keyboard.write("#erase-code", code());
    keyboard.press("form[action$=\"/erase\"] button");
    assertThat(keyboard.text()).contains("Receipt of the erasure", email, account.email());
    assertThat(people.column("select id from auth.users where id = ?::uuid", person)).isEmpty();
  }

  private static boolean isDone(String about, String action) {
    return server.bean(OperatorDesk.class).log(about, 10).stream()
        .anyMatch(
            entry ->
                entry.action().endsWith(action) && Integer.valueOf(200).equals(entry.status()));
  }

  private void rehearse(Keyboard keyboard) {
    goTo(keyboard, "/backups");
    keyboard.press("form[action$=\"/make\"] button");
    lookUntil(keyboard, "The backup was made at");
    keyboard.press("form[action$=\"/rehearse\"] button");
    lookUntil(keyboard, "The rehearsal succeeded at");
  }

  /// Looks until it is done: with scripts the page shows it by itself, without them its link does.
  private void lookUntil(Keyboard keyboard, String sentence) {
    Await.until(
        sentence,
        LIMIT,
        () -> {
          var text = keyboard.text();
          assertThat(text).doesNotContain("failed at");
          if (!hasScripts && !text.contains(sentence)) {
            keyboard.press("main .notice a");
          }
          return text.contains(sentence);
        });
  }

  private static void silence(Keyboard keyboard) {
    goTo(keyboard, "/alerts");
    var reason = "We know, the engineer comes on Monday " + UUID.randomUUID();
    Await.until(
        "the alert is there",
        LIMIT,
        () -> {
          boolean isThere = keyboard.text().contains("Silence this alert");
          if (!isThere) {
            goTo(keyboard, "/alerts");
          }
          return isThere;
        });
    keyboard.unfold("main details:not([open]) summary");
    keyboard.write("main details[open] input[name=reason]", reason);
    keyboard.choose("main details[open] select[name=hours]", "8");
    keyboard.press("main details[open] form button");
    assertThat(keyboard.text()).contains("The alert is silenced.", "Reason: " + reason);
  }
}

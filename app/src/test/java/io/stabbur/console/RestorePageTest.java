package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.operations.backup.Backups;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// An organization is brought back from a backup on its page.
class RestorePageTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void whereNoBackupsAreMadeNothingIsOffered() {
    var server = TestServer.shared();
    var organization =
        new ProjectPeople(server).organization("Uten kopi", ProjectPeople.address("leder"));
    var page = "/organizations/default/" + organization + "/restore";
    var operator = Browser.of(server, "operator");
    var shown = operator.get(page);
    assertThat(shown.body()).contains("No backups are made of this project");
    PageChecks.requireSound("restore", shown);
    PageChecks.requirePlainWords("restore", shown.body());
    PageChecks.requireNoForms("restore", shown.body());
    for (var form : new String[] {"/try", "/apply"}) {
      assertThat(operator.post(page + form, Map.of("backup", "x")).statusCode()).isEqualTo(400);
    }
    for (var id : new String[] {"00000000-0000-0000-0000-000000000000", "x"}) {
      assertThat(operator.get("/organizations/default/" + id + "/restore").statusCode())
          .isEqualTo(404);
    }
  }

  /// Restores a database twice.
  @Test
  @Tag("nightly")
  void itIsComparedAndThenDoneOnlyAfterTwoOperatorsAskedForTheSame() {
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.backup.to",
                TestServer.newFolder().toString(),
                "stabbur.backup.prove-every",
                "0s",
                "stabbur.console.two-persons",
                true))) {
      var people = new ProjectPeople(server);
      var organization = people.organization("Likeperson <b>", ProjectPeople.address("leder"));
      var other = people.organization("En annen", ProjectPeople.address("leder"));
      people.run(
          "insert into public.org_labels (organization_id, key, locale, label) values (?::uuid,"
              + " 'member', 'nb', 'frivillig'), (?::uuid, 'member', 'nb', 'medlem')",
          organization,
          other);
      var backup = server.bean(Backups.class).make(server.project()).id();
      people.run("update public.org_labels set label = 'ødelagt'");
      var first = Browser.of(server, "operator");
      var second = Browser.of(server, "operator");
      var page = "/organizations/default/" + organization + "/restore";
      var form = Map.of("backup", backup, "members", "no");

      assertThat(first.get(page).body()).doesNotContain("Bring it back for good");
      assertThat(apply(first, page, form, "Likeperson <b>").statusCode())
          .as("before it was compared")
          .isEqualTo(409);
      assertThat(first.post(page + "/try", form).statusCode()).isEqualTo(303);
      await(first, page, "The backup was compared at");
      var compared = first.get(page);
      assertThat(compared.body())
          .contains("What would change", "public.org_labels", "Bring it back for good")
          .doesNotContain("Likeperson <b>");
      PageChecks.requireSound("compared", compared);
      PageChecks.requirePlainWords("compared", compared.body());
      assertThat(labels(people)).isEqualTo("ødelagt ødelagt");

      assertThat(apply(first, page, form, "another").body())
          .contains("Nothing was changed: the name");
      assertThat(first.post(page + "/apply", with(form, "Likeperson <b>", "000000")).body())
          .contains("The code is wrong");
      var asked = apply(first, page, form, "Likeperson <b>");
      assertThat(asked.headers().firstValue("Location").orElse("")).contains("restore-waits");
      assertThat(apply(first, page, form, "Likeperson <b>").statusCode())
          .as("the same operator again")
          .isEqualTo(303);
      assertThat(labels(people)).isEqualTo("ødelagt ødelagt");
      assertThat(first.get(page).body())
          .contains("You asked for it yourself", "Take it back")
          .doesNotContain("Bring it back for good");
      assertThat(Browser.of(server, "auditor").get(page).body())
          .contains("asked that this organisation be brought back")
          .doesNotContain("/apply\"", "/withdraw\"");

      second.get(page);
      assertThat(
              apply(second, page, Map.of("backup", backup, "members", "yes"), "Likeperson <b>")
                  .statusCode())
          .as("something else than what was asked for")
          .isEqualTo(409);
      assertThat(apply(second, page, form, "Likeperson <b>").statusCode()).isEqualTo(303);
      await(second, page, "The organisation was brought back at");
      assertThat(labels(people)).isEqualTo("frivillig ødelagt");
      assertThat(people.column("select name from stabbur.recovery_points"))
          .anyMatch(name -> name.startsWith("before a restore at "));
      assertThat(second.get("/activity").body())
          .contains(
              "Compared an organisation with a backup in the project default.",
              "Asked another operator to bring an organisation back in the project default.",
              "Brought an organisation back from a backup in the project default.");
    }
  }

  private static void await(Browser browser, String page, String sentence) {
    Await.until(
        sentence,
        LIMIT,
        () -> {
          var body = browser.get(page).body();
          assertThat(body).doesNotContain("failed at");
          return body.contains(sentence);
        });
  }

  private static HttpResponse<String> apply(
      Browser browser, String page, Map<String, String> form, String name) {
    return browser.post(page + "/apply", with(form, name, browser.code()));
  }

  private static Map<String, String> with(Map<String, String> form, String name, String code) {
    var all = new java.util.HashMap<>(form);
    all.put("confirm", name);
    all.put("code", code);
    return all;
  }

  private static String labels(ProjectPeople people) {
    return String.join(
        " ",
        people.column(
            "select l.label from public.org_labels l join public.organizations o on o.id ="
                + " l.organization_id order by o.name desc"));
  }
}

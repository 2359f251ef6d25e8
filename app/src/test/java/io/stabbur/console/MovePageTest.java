package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.Role;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// An organization is moved into a project of its own on its page.
class MovePageTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void whereThereIsNoOtherProjectNothingIsOffered() {
    var server = TestServer.shared();
    var id = new ProjectPeople(server).organization("Uten vei <b>", ProjectPeople.address("leder"));
    var page = "/organizations/default/" + id + "/move";
    for (var role : new String[] {"owner", "operator", "auditor"}) {
      var shown = Browser.of(server, role).get(page);
      assertThat(shown.body()).doesNotContain("vei <b>");
      PageChecks.requireSound(role, shown);
      PageChecks.requirePlainWords(role, shown.body());
    }
    var operator = Browser.of(server, "operator");
    assertThat(operator.get(page).body()).contains("An owner of this server");
    PageChecks.requireNoForms("move", operator.get(page).body());
    var owner = Browser.of(server, "owner");
    assertThat(owner.get("/organizations/default/" + id).body()).contains(page);
    owner.get(page);
    for (var form : new String[] {"/try", "/apply"}) {
      assertThat(operator.post(page + form, Map.of("to", "default")).statusCode()).isEqualTo(403);
      for (var to : new String[] {"default", "nobody", ""}) {
        assertThat(owner.post(page + form, Map.of("to", to)).statusCode()).isEqualTo(400);
      }
    }
    for (var other : new String[] {"00000000-0000-0000-0000-000000000000", "x"}) {
      assertThat(owner.get("/organizations/default/" + other + "/move").statusCode())
          .isEqualTo(404);
    }
  }

  /// Starts two projects.
  @Test
  @Tag("nightly")
  void itIsCountedAndThenMovedWithItsFilesOnceTheNameWasWritten() {
    try (var server = twoProjects(false)) {
      var from = server.project().name();
      var to = other(server);
      var people = new ProjectPeople(server);
      var id = people.organization("Likeperson <b>", ProjectPeople.address("leder"));
      var _ = people.organization("En annen", ProjectPeople.address("leder"));
      var file = "/storage/v1/object/receipts/" + id + "/kept.pdf";
      var key = server.project().keys().serviceRoleKey().reveal();
      var stored =
          Http.post(
              server.url() + file,
              "%PDF-1.4",
              "Authorization",
              "Bearer " + key,
              "apikey",
              key,
              "Content-Type",
              "application/pdf");
      assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
      var owner = Browser.of(server, "owner");
      var page = "/organizations/" + from + "/" + id + "/move";

      owner.get(page);
      people.run(
          "insert into storage.objects (bucket_id, name, metadata) values ('receipts', ?,"
              + " '{\"size\": \"many\"}')",
          id + "/uncounted");
      assertThat(apply(owner, page, to, "Likeperson <b>", "x").statusCode()).isEqualTo(409);
      assertThat(owner.post(page + "/try", Map.of("to", to)).statusCode()).isEqualTo(303);
      await(owner, page, "What would move to " + to + " was counted at");
      var planned = owner.get(page);
      assertThat(planned.body())
          .contains("public.memberships", "Move it for good", "<dd>2 (8 B)</dd>");
      assertThat(owner.get("/files?project=" + from).body())
          .contains("kept.pdf")
          .doesNotContain("uncounted");
      TestPostgres.execute(
          server.project().admin().login(),
          "set storage.allow_delete_query = 'true'; delete from storage.objects where name = '"
              + id
              + "/uncounted'");
      owner.get(page);
      PageChecks.requireSound("planned", planned);
      PageChecks.requirePlainWords("planned", planned.body());
      assertThat(apply(owner, page, to, "another", owner.code()).statusCode()).isEqualTo(400);
      assertThat(apply(owner, page, to, "Likeperson <b>", "000000").statusCode()).isEqualTo(400);
      assertThat(owner.post(page + "/apply", Map.of("to", to, "again", "yes")).statusCode())
          .as("something else than was planned")
          .isEqualTo(409);

      var moved = apply(owner, page, to, "Likeperson <b>", owner.code());
      assertThat(moved.statusCode()).as(moved.body()).isEqualTo(303);
      await(owner, page, "The organisation was moved to " + to + " at");
      var done = Browser.of(server, "auditor").get(page);
      assertThat(done.body()).contains("What was moved", "Likeperson &lt;b&gt;");
      PageChecks.requireNoForms("done", done.body());
      assertThat(owner.get("/organizations/" + from + "/" + id).statusCode()).isEqualTo(404);
      assertThat(owner.get("/organizations/" + to + "/" + id).statusCode()).isEqualTo(200);
      for (var project : server.bean(Projects.class).all()) {
        assertThat(
                TestPostgres.value(
                    project.admin().login(),
                    "select count(*) from stabbur.recovery_points where name like 'before a move at"
                        + " %'"))
            .isEqualTo("1");
      }
      var other = server.bean(Projects.class).byName(to).orElseThrow();
      assertThat(
              TestPostgres.value(
                  other.admin().login(),
                  "select string_agg(name, ',') from storage.objects where bucket_id = 'receipts'"))
          .isEqualTo(id + "/kept.pdf");
      assertThat(owner.get("/activity").body())
          .contains("Began to move an organisation out of the project " + from + ":", "→ " + to);
    }
  }

  /// Starts two projects.
  @Test
  @Tag("nightly")
  void oneOwnerAloneMovesNothingWhereTwoHaveToAgree() {
    try (var server = twoProjects(true)) {
      var from = server.project().name();
      var to = other(server);
      var id = new ProjectPeople(server).organization("Likeperson", ProjectPeople.address("leder"));
      var page = "/organizations/" + from + "/" + id + "/move";
      var first = Browser.of(server, "owner");
      var second = Browser.of(server, "owner");
      first.get(page);
      assertThat(first.post(page + "/try", Map.of("to", to)).statusCode()).isEqualTo(303);
      await(first, page, "What would move to " + to + " was counted at");

      for (int i = 0; i < 2; i++) {
        var asked = apply(first, page, to, "Likeperson", first.code());
        assertThat(location(asked)).as("one owner alone").endsWith("?done=move-waits");
      }
      assertThat(first.get(page).body())
          .contains("You asked for it yourself", "Take it back")
          .doesNotContain("Move it for good");
      var auditor = Browser.of(server, "auditor").get(page);
      assertThat(auditor.body()).contains("asked that this organisation be moved to " + to);
      PageChecks.requireSound("waiting", auditor);
      PageChecks.requirePlainWords("waiting", auditor.body());
      PageChecks.requireNoForms("waiting", auditor.body());
      var operator = Browser.of(server, "operator");
      operator.get(page);
      assertThat(operator.post(page + "/withdraw", Map.of()).statusCode()).isEqualTo(403);
      assertThat(location(first.post(page + "/withdraw", Map.of())))
          .endsWith("?done=move-withdrawn");

      second.get(page);
      assertThat(location(apply(second, page, to, "Likeperson", second.code())))
          .as("what was taken back does not count")
          .endsWith("?done=move-waits");
      var desk = server.bean(OperatorDesk.class);
      var asker = desk.find(second.email()).id();
      var _ = desk.changeRole(asker, Role.OPERATOR);
      assertThat(location(apply(first, page, to, "Likeperson", first.code())))
          .as("the one who asked is no owner any more")
          .endsWith("?done=move-waits");
      var _ = desk.changeRole(asker, Role.OWNER);
      assertThat(first.get("/organizations/" + from + "/" + id).statusCode()).isEqualTo(200);

      second.get(page);
      assertThat(apply(second, page, to, "Likeperson", second.code()).statusCode()).isEqualTo(303);
      await(second, page, "The organisation was moved to " + to + " at");
      assertThat(second.get("/organizations/" + from + "/" + id).statusCode()).isEqualTo(404);
      assertThat(second.get("/activity").body())
          .contains(
              "Asked another owner to move an organisation out of the project " + from + ":",
              "Took back that an organisation be moved out of the project " + from + ":",
              "Began to move an organisation out of the project " + from + ":");
    }
  }

  private static TestServer twoProjects(boolean hasTwoPersons) {
    return TestServer.start(
        Map.of(
            "stabbur.projects.first.hosts",
            "one.example.org",
            "stabbur.projects.second.hosts",
            "other.example.org",
            "stabbur.console.two-persons",
            hasTwoPersons));
  }

  private static String other(TestServer server) {
    return server.bean(Projects.class).all().stream()
        .map(Project::name)
        .filter(name -> !name.equals(server.project().name()))
        .findFirst()
        .orElseThrow();
  }

  private static String location(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    return answer.headers().firstValue("Location").orElse("");
  }

  private static HttpResponse<String> apply(
      Browser browser, String page, String to, String name, String code) {
    return browser.post(
        page + "/apply", Map.of("to", to, "again", "no", "confirm", name, "code", code));
  }

  private static void await(Browser browser, String page, String sentence) {
    Await.until(
        sentence,
        LIMIT,
        () -> {
          var body = browser.get(page).body();
          assertThat(body).doesNotContain("failed at", "stopped at");
          return body.contains(sentence);
        });
  }
}

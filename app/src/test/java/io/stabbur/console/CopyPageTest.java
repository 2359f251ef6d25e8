package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
import io.stabbur.operations.backup.Backups;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectIdentity;
import io.stabbur.project.Projects;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A backup is restored as a new project on its page.
class CopyPageTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String PAGE = "/backups/default/copy";
  private static final String HOST = "copy.example.org";

  @Test
  void whereNoBackupsAreMadeNothingIsOffered() {
    var server = TestServer.shared();
    for (var role : new String[] {"owner", "operator", "auditor"}) {
      var shown = Browser.of(server, role).get(PAGE);
      assertThat(shown.body()).contains("There is no backup of this project");
      PageChecks.requireSound(role, shown);
      PageChecks.requirePlainWords(role, shown.body());
      PageChecks.requireNoForms(role, shown.body());
    }
    var owner = Browser.of(server, "owner");
    owner.get(PAGE);
    assertThat(owner.post(PAGE + "/make", Map.of("backup", "x")).statusCode()).isEqualTo(400);
    assertThat(owner.get("/backups/nobody/copy").statusCode()).isEqualTo(404);
    var operator = Browser.of(server, "operator");
    operator.get(PAGE);
    assertThat(operator.post(PAGE + "/make", Map.of("backup", "x")).statusCode()).isEqualTo(403);
  }

  /// Restores a database twice.
  @Test
  @Tag("nightly")
  void theNewProjectHasTheDataAndNothingOpensBoth() {
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.backup.to",
                TestServer.newFolder().toString(),
                "stabbur.backup.prove-every",
                "0s"))) {
      var people = new ProjectPeople(server);
      var email = ProjectPeople.address("kari");
      var _ = people.account(email, "Kari");
      var session = Json.parse(people.signIn(email).body());
      var _ = people.made("/storage/v1/bucket", "{\"id\":\"box\",\"name\":\"box\"}");
      var key = server.project().keys().serviceRoleKey().reveal();
      assertThat(people.send("POST", "/storage/v1/object/box/kept.txt", "\"kept\"").statusCode())
          .isEqualTo(200);
      TestPostgres.execute(
          server.project().admin().login(),
          "select cron.schedule('ticks', '1 seconds', 'select 1')");
      var backup = server.bean(Backups.class).make(server.project()).id();
      var owner = Browser.of(server, "owner");
      var shown = owner.get(PAGE);
      PageChecks.requireSound("copy", shown);
      PageChecks.requirePlainWords("copy", shown.body());

      assertThat(make(owner, backup, "kopi", "other", owner.code()).statusCode()).isEqualTo(400);
      assertThat(make(owner, backup, "kopi", "kopi", "000000").statusCode()).isEqualTo(400);
      assertThat(make(owner, "nothing", "kopi", "kopi", "1").statusCode()).isEqualTo(400);
      assertThat(make(owner, backup, "../kopi", "../kopi", owner.code()).statusCode())
          .isEqualTo(303);
      await(owner, "Making the project ../kopi failed");
      var begun = make(owner, backup, "kopi", "kopi", owner.code());
      assertThat(begun.statusCode()).as(begun.body()).isEqualTo(303);
      await(owner, "The project kopi was made at");

      var copy = server.bean(Projects.class).awake("kopi").orElseThrow();
      var own = copy.keys().serviceRoleKey().reveal();
      assertThat(own).isNotEqualTo(key);
      assertThat(file(server, own).body()).isEqualTo("\"kept\"");
      assertThat(file(server, key).statusCode()).as("the key of the source").isIn(400, 401, 403);
      assertThat(
              Http.get(
                      server.url() + "/auth/v1/admin/users",
                      "apikey",
                      own,
                      "Authorization",
                      "Bearer " + own)
                  .statusCode())
          .as("the key of the copy in the source")
          .isIn(401, 403);
      var anon = copy.keys().anonKey().reveal();
      var password =
          "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, ProjectPeople.PASSWORD);
      assertThat(token(server, anon, "password", password).statusCode()).isEqualTo(200);
      var refresh =
          "{\"refresh_token\":\"%s\"}".formatted(OperatorApi.text(session, "refresh_token"));
      assertThat(token(server, anon, "refresh_token", refresh).statusCode())
          .as("a session of the source")
          .isIn(400, 401);
      var access = OperatorApi.text(session, "access_token");
      assertThat(
              Http.get(
                      server.url() + "/auth/v1/user",
                      "Host",
                      HOST,
                      "apikey",
                      anon,
                      "Authorization",
                      "Bearer " + access)
                  .statusCode())
          .as("a token of the source")
          .isIn(401, 403);
      for (var one : new String[] {"stabbur.project_reference r", "stabbur.project_identity i"}) {
        var column = one.endsWith("r") ? "reference" : "id::text";
        var sql = "select " + column + " from " + one;
        assertThat(value(copy, sql)).as(one).isNotEqualTo(value(server.project(), sql));
      }

      requireOwnEngine(copy);
      requireJobsAsleep(server, copy);

      assertThat(make(owner, backup, "kopi", "kopi", owner.code()).statusCode()).isEqualTo(303);
      await(owner, "Making the project kopi failed");
      assertThat(file(server, own).statusCode()).as("it is as it was").isEqualTo(200);
      assertThat(owner.get("/activity").body())
          .contains("Began to restore a backup of the project default", "→ kopi");
    }
  }

  /// One that the source does not change.
  private static void requireOwnEngine(Project copy) {
    var engine = copy.folder().resolve("engine");
    assertThat(engine).isDirectory();
    assertThat(Files.isSymbolicLink(engine)).isFalse();
  }

  private static void requireJobsAsleep(TestServer server, Project copy) {
    int before = runs(copy);
    assertThat(ProjectIdentity.asleep(copy).work()).isEqualTo(1);
    int ofSource = runs(server.project());
    Await.until("the job runs in the source", () -> runs(server.project()) > ofSource + 1);
    assertThat(runs(copy)).isEqualTo(before);

    var key = copy.keys().serviceRoleKey().reveal();
    var confirmed =
        Http.post(
            server.url() + "/auth/v1/admin/api-keys/confirm",
            "{\"jobs\": true}",
            "Host",
            HOST,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json");
    assertThat(confirmed.statusCode()).as(confirmed.body()).isEqualTo(200);
    assertThat(ProjectIdentity.asleep(copy).work()).isZero();
    Await.until("the job runs in the copy", () -> runs(copy) > before);
  }

  private static int runs(Project project) {
    return Integer.parseInt(value(project, "select count(*) from cron.job_run_details"));
  }

  private static String value(Project project, String sql) {
    return String.valueOf(TestPostgres.value(project.admin().login(), sql));
  }

  private static HttpResponse<String> file(TestServer server, String key) {
    return Http.get(
        server.url() + "/storage/v1/object/authenticated/box/kept.txt",
        "Host",
        HOST,
        "apikey",
        key,
        "Authorization",
        "Bearer " + key);
  }

  private static HttpResponse<String> token(
      TestServer server, String key, String grant, String body) {
    return Http.post(
        server.url() + "/auth/v1/token?grant_type=" + grant,
        body,
        "Host",
        HOST,
        "apikey",
        key,
        "Content-Type",
        "application/json");
  }

  private static HttpResponse<String> make(
      Browser owner, String backup, String name, String confirm, String code) {
    var form = new HashMap<>(Map.of("backup", backup, "name", name, "hosts", HOST));
    form.putAll(Map.of("confirm", confirm, "code", code));
    return owner.post(PAGE + "/make", form);
  }

  private static void await(Browser owner, String sentence) {
    Await.until(sentence, LIMIT, () -> owner.get(PAGE).body().contains(sentence));
  }
}

package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Projects that come and go while another one is served.
class ProjectLifeTest {
  private static TestServer server;
  private static Projects projects;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of("stabbur.projects.first.hosts", "first.example.org"));
    projects = server.bean(Projects.class);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aProjectIsServedFromWhenItIsAddedUntilItIsRemoved() {
    var seen = new ArrayList<Project>();
    projects.eachProject(seen::add);

    var added = projects.add(ProjectSettings.embedded("second", "second.example.org"));

    assertThat(seen).containsExactly(projects.byName("first").orElseThrow(), added);
    assertThat(status("second.example.org", added)).isEqualTo(200);
    assertThat(added.keys().anonKey().reveal())
        .isNotEqualTo(seen.getFirst().keys().anonKey().reveal());

    projects.remove(added);

    assertThat(projects.byName("second")).isEmpty();
    assertThat(status("second.example.org", added)).isEqualTo(401);
    assertThat(status("first.example.org", seen.getFirst())).isEqualTo(200);
    assertThat(added.folder().resolve("keys.json")).as("its data stays").exists();
    assertThat(added.folder().resolve("postgres/postmaster.pid")).as("its server").doesNotExist();
    assertThatThrownBy(() -> new PerProject<>(_ -> "made too late").of(added))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void anAddedProjectKeepsItsDataFromOneTimeToTheNext() {
    var settings = ProjectSettings.embedded("again", "again.example.org");
    server.prepare("again");
    var once = projects.add(settings);
    run(once, "create table public.kept as select 1 as id");
    projects.remove(once);

    var twice = projects.add(settings);

    assertThat(run(twice, "insert into public.kept values (2)")).isEqualTo(1);
    projects.remove(twice);
  }

  @Test
  void aNameOrHostThatIsTakenIsRefusedBeforeAnythingIsMade() {
    assertThatThrownBy(() -> projects.add(ProjectSettings.embedded("first")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("There is a project first already");
    assertThatThrownBy(() -> projects.add(ProjectSettings.embedded("other", "FIRST.example.org")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("Two projects claim the host");
    assertThat(folder("other")).doesNotExist();
  }

  @Test
  void aProjectThatDoesNotOpenLeavesNothingRunning() throws IOException {
    var settings = ProjectSettings.embedded("broken", "broken.example.org");
    server.prepare("broken");
    projects.remove(projects.add(settings));
    // keys of another database are refused after the server and the pools were opened
    Files.delete(folder("broken").resolve("keys.json"));

    assertThatThrownBy(() -> projects.add(settings)).isInstanceOf(StartFailure.class);

    assertThat(projects.byName("broken")).isEmpty();
    assertThat(folder("broken").resolve("postgres/postmaster.pid")).doesNotExist();
  }

  private static int status(String host, Project project) {
    return Http.get(
            server.url() + "/rest/v1/", "Host", host, "apikey", project.keys().anonKey().reveal())
        .statusCode();
  }

  private static int run(Project project, String sql) {
    return project
        .admin()
        .transaction(
            Actor.of(project.admin().login().user()),
            Access.WRITE,
            tx -> tx.update(Statement.of(sql)));
  }

  private static Path folder(String name) {
    return projects.all().getFirst().folder().resolveSibling(name);
  }
}

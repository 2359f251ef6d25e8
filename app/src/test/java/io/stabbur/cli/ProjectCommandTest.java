package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.project.DatabaseUrl;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.InstalledPostgres;
import org.junit.jupiter.api.Test;

/// `stabbur project`: projects that are added while the server runs.
class ProjectCommandTest {
  private static final CommandServer SERVER = CommandServer.shared();

  @Test
  void aProjectIsAddedChangedSuspendedResumedAndRemoved() {
    var postgres = AtExit.close(InstalledPostgres.start());
    var url = DatabaseUrl.of(postgres.superuser());
    var added =
        SERVER.runWithInput(
            url + "\n",
            "project",
            "add",
            "choir",
            "--host",
            "choir.example.org",
            "--database-url-stdin",
            "--set",
            "admin-user=postgres");
    assertThat(added).containsPattern("choir +[a-z]{20} +active +choir.example.org");

    assertThat(SERVER.run("project", "set", "choir", "api-connections=4", "hosts=sing.example.org"))
        .contains("sing.example.org");
    assertThat(SERVER.run("project", "show", "choir"))
        .contains("api-connections: 4", "database-url: (set)")
        .doesNotContain("password");
    assertThat(SERVER.run("project", "suspend", "choir")).contains("suspended");
    assertThat(SERVER.run("project", "resume", "choir")).contains("active");
    assertThat(SERVER.run("project", "list")).contains("choir");
    assertThat(SERVER.run("project", "remove", "choir")).contains("choir is removed");
    assertThat(SERVER.run("project", "list")).doesNotContain("choir");
  }

  @Test
  void whatIsWrongIsSaidInOneSentence() {
    assertThat(SERVER.refusal("project", "add", "x!", "--host", "x.example.org"))
        .contains("lower-case letters");
    assertThat(SERVER.refusal("project", "add", "choir2", "--host", "x", "--set", "colour=red"))
        .contains("Unknown setting colour");
    assertThat(SERVER.refusal("project", "set", "nobody", "colour")).contains("NAME=VALUE");
    assertThat(SERVER.refusal("project", "show", "nobody"))
        .isEqualTo("stabbur: There is no project nobody.\n");
  }
}

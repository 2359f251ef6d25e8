package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.control.OperatorApi;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// `--project`: every command that concerns a project takes it.
class ProjectOptionTest {
  /// What concerns the whole server, or names its project in another way.
  private static final Set<String> WITHOUT =
      Set.of(
          // the process
          "up",
          "down",
          "train",
          "serve",
          "config",
          // who operates the server
          "operator",
          // takes the name of a project as its argument, or an address of a database
          "project",
          // prints SQL
          "advisor accept");

  @Test
  void everyCommandThatConcernsAProjectTakesIt() {
    var lacking = new TreeSet<String>();
    var taking = new ArrayList<String>();
    collect(new CommandLine(new Stabbur()), "", lacking, taking);

    assertThat(lacking).as("commands without --project").isEmpty();
    assertThat(taking)
        .contains(
            "status",
            "migrate",
            "migrate status",
            "keys rotate",
            "functions deploy",
            "secrets set",
            "alerts silence",
            "statements",
            "requests",
            "advisor",
            "probe",
            "psql",
            "dump",
            "import",
            "export",
            "backup list",
            "backup key",
            "restore",
            "platform-admin add");
  }

  private static void collect(
      CommandLine command, String path, Set<String> lacking, List<String> taking) {
    for (var each : command.getSubcommands().entrySet()) {
      var name = path.isEmpty() ? each.getKey() : path + " " + each.getKey();
      var spec = each.getValue().getCommandSpec();
      if (WITHOUT.contains(name)) {
        continue;
      }
      if (spec.findOption("--project") != null) {
        taking.add(name);
      } else if (spec.subcommands().isEmpty() || !(spec.userObject() instanceof Runnable)) {
        lacking.add(name);
      }
      collect(each.getValue(), name, lacking, taking);
    }
  }

  @Test
  void aCommandAsksTheProjectThatItNames() {
    var server = CommandServer.of(AtExit.close(TestServer.start(Map.of())));
    var postgres = AtExit.close(InstalledPostgres.start());
    server.runWithInput(
        postgres.databaseUrl() + "\n",
        "project",
        "add",
        "band",
        "--host",
        "band.example.org",
        "--database-url-stdin",
        "--set",
        "admin-user=postgres");

    assertThat(server.run("status", "-o", "env", "--project", "band"))
        .contains(":" + postgres.port() + "/")
        .isNotEqualTo(server.run("status", "-o", "env"));
    server.run("access-token", "create", "Ada", "--project", "band");
    assertThat(server.run("access-token", "list", "--project", "band")).contains("Ada");
    assertThat(server.run("access-token", "list")).doesNotContain("Ada");
    assertThat(server.run("migrate", "status", "--project", "band")).isNotBlank();
    assertThat(server.run("status", "-o", "env", "--project", "default"))
        .as("the first of the configuration by its name")
        .contains("API_URL=\"" + server.server().url());
    assertThat(server.refusal("status", "--project", "choir")).contains("no project choir");
  }

  @Test
  void nobodyElseIsGivenTheKeysOfAProject() {
    var shared = CommandServer.shared().server();
    var api = new OperatorApi(shared);
    var path = "/admin/v1/projects/default/access";
    var owner = api.token("keys-owner@example.org", "owner");
    var auditor = api.token("keys-auditor@example.org", "auditor");

    assertThat(api.send("GET", path, null).statusCode()).isEqualTo(401);
    assertThat(api.bearer(owner, "GET", path, null).statusCode()).isEqualTo(403);
    assertThat(api.bearer(auditor, "GET", path, null).statusCode()).isEqualTo(403);
    assertThat(
            api.bearer(shared.project().keys().serviceRoleKey().reveal(), "GET", path, null)
                .statusCode())
        .isEqualTo(401);
    var given = api.command("GET", path, null);
    assertThat(given.body()).contains(shared.project().keys().secretKey().reveal());
    assertThat(given.headers().firstValue("Cache-Control")).contains("no-store");
    var journal = api.bearer(owner, "GET", "/admin/v1/operators/log", null).body();
    assertThat(journal).contains("GET " + path);
  }
}

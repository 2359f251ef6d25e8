package io.stabbur.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.SupabaseCli;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Logs, backups, and what this server does not offer, by Supabase's own command.
class CliOperationsTest {
  private static final ManagementServer API =
      new ManagementServer(
          AtExit.close(
              TestServer.start(
                  Map.of(
                      "stabbur.functions.deno",
                      Node.deno().toString(),
                      "stabbur.backup.to",
                      TestServer.newFolder().toString()))));
  private static final SupabaseCli CLI = linked();

  private static SupabaseCli linked() {
    var cli = SupabaseCli.of(API.server(), API.token("operates"));
    cli.run("link", API.reference());
    return cli;
  }

  @BeforeAll
  static void writeSome() {
    CLI.file(
        "functions/says/index.ts",
        "Deno.serve((r) => { console.log('it\\'s said'); console.error('loud');"
            + " return new Response('', { status: r.url.endsWith('x') ? 404 : 200 }); });");
    CLI.run("functions", "deploy", "says", "--no-verify-jwt", "--yes");
    Http.get(API.server().url() + "/functions/v1/says/x");
    Await.until("the lines are written", () -> logs("--service", "functions").contains("loud"));
  }

  @Test
  void linesAndRequestsOfFunctionsAreRead() {
    assertThat(logs("--service", "functions", "--level", "error"))
        .contains("loud")
        .doesNotContain("it's said")
        .doesNotContain(" 404 ");
    assertThat(logs()).contains(" 404 ", "loud", "it's said");
  }

  @Test
  @Tag("nightly")
  void linesAndRequestsAreChosenByTheirServiceLevelAndText() {
    assertThat(logs("--service", "functions")).contains("it's said").doesNotContain(" 404 ");
    assertThat(logs("--service", "functions", "--search", "IT'S")).contains("it's said");
    assertThat(logs("--service", "functions", "--resource", "says")).contains("loud");
    assertThat(logs("--service", "functions", "--resource", "other")).doesNotContain("loud");
    assertThat(logs("--service", "function-edge")).contains(" 404 ").doesNotContain("loud");
    assertThat(logs("--service", "function-edge", "--level", "error")).doesNotContain(" 404 ");
    assertThat(logs("--service", "postgres")).doesNotContain("loud");
    assertThat(CLI.refusal("logs", "--remote", "--sql", "select 1 from logs")).contains("400");
  }

  private static String logs(String... options) {
    var line = new java.util.ArrayList<>(List.of("logs", "--remote", "--output-format", "json"));
    line.addAll(List.of(options));
    return CLI.run(line.toArray(String[]::new));
  }

  @Test
  void backupsAreListed() {
    assertThat(CLI.run("backups", "list")).isNotNull();
    var made =
        Http.post(
            API.server().url() + "/admin/v1/backups",
            "",
            "apikey",
            API.server().project().keys().secretKey().reveal());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(CLI.run("backups", "list", "--output-format", "json")).contains("COMPLETED");
  }

  @Test
  void whatIsNotOfferedIsToldAtOnce() {
    refused("config push --yes", "sso list", "db advisors --remote");
  }

  @Test
  @Tag("nightly")
  void theRestOfItToo() {
    refused(
        "config diff",
        "config pull --yes",
        "branches create x --yes",
        "domains get",
        "ssl-enforcement get --experimental",
        "network-restrictions get --experimental",
        "postgres-config get --experimental",
        "vanity-subdomains get --experimental",
        "backups restore --timestamp 1 --yes",
        "projects delete " + API.reference() + " --yes");
  }

  private static void refused(String... lines) {
    for (var line : lines) {
      var begin = Instant.now();
      assertThat(CLI.refusal(line.split(" "))).as(line).isNotBlank();
      assertThat(Duration.between(begin, Instant.now())).as(line).isLessThan(Duration.ofSeconds(8));
    }
  }
}

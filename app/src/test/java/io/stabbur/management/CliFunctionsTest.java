package io.stabbur.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.SupabaseCli;
import io.stabbur.testing.TestServer;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Functions and secrets by Supabase's own command.
class CliFunctionsTest {
  private static final ManagementServer API =
      new ManagementServer(
          AtExit.close(TestServer.start(Map.of("stabbur.functions.deno", Node.deno().toString()))));

  private static SupabaseCli linked(String token) {
    var cli = SupabaseCli.of(API.server(), token);
    assertThat(cli.run("link", API.reference())).contains("Finished supabase link");
    return cli;
  }

  private static SupabaseCli function(SupabaseCli cli, String name, String answer) {
    return cli.file("functions/_shared/words.ts", "export const end = '!';")
        .file(
            "functions/" + name + "/index.ts",
            "import { end } from '../_shared/words.ts';"
                + " Deno.serve(() => new Response(`%s${Deno.env.get('MINE') ?? ''}${end}`));"
                    .formatted(answer));
  }

  private static String call(String name) {
    var answer = Http.get(API.server().url() + "/functions/v1/" + name);
    return answer.statusCode() == 200 ? answer.body() : Integer.toString(answer.statusCode());
  }

  @Test
  void functionsAreDeployedListedDownloadedPrunedAndDeleted() {
    var cli = linked(API.token("deploys"));
    function(cli, "one", "first");

    cli.run("functions", "deploy", "one", "--use-api", "--no-verify-jwt", "--yes");
    assertThat(call("one")).isEqualTo("first!");

    function(cli, "one", "second");
    function(cli, "two", "two");
    function(cli, "three", "three");
    cli.run("functions", "deploy", "--yes");
    assertThat(call("one")).as("keeps that it needs no token").isEqualTo("second!");
    assertThat(call("two")).as("a new one needs a token").isEqualTo("401");
    cli.run("functions", "deploy", "two", "--no-verify-jwt", "--yes");
    assertThat(call("two")).isEqualTo("two!");
    assertThat(cli.run("functions", "list", "--output-format", "json"))
        .contains("\"slug\":\"one\"", "\"slug\":\"two\"", "\"slug\":\"three\"")
        .contains("\"status\":\"ACTIVE\"");

    var elsewhere = linked(API.token("downloads"));
    elsewhere.run("functions", "download", "one", "--use-api");
    assertThat(elsewhere.work().resolve("supabase/functions/one/index.ts"))
        .hasSameTextualContentAs(cli.work().resolve("supabase/functions/one/index.ts"));
    assertThat(elsewhere.work().resolve("supabase/functions/_shared/words.ts")).exists();

    assertThat(elsewhere.run("functions", "deploy", "--prune", "--yes")).contains("one");
    assertThat(call("one")).isEqualTo("second!");
    assertThat(call("two")).isEqualTo("404");

    elsewhere.run("functions", "delete", "one", "--yes");
    assertThat(call("one")).isEqualTo("404");
    assertThat(elsewhere.refusal("functions", "delete", "one", "--yes")).contains("does not exist");
    assertThat(elsewhere.refusal("functions", "download", "one", "--use-api"))
        .containsIgnoringCase("not");
  }

  @Test
  @Tag("nightly")
  void aFunctionThatCannotBeLoadedStaysAsItWas() throws Exception {
    var cli = linked(API.token("breaks"));
    function(cli, "steady", "good");
    function(cli, "other", "good");
    cli.run("functions", "deploy", "--no-verify-jwt", "--yes");

    function(cli, "other", "better");
    Files.writeString(
        cli.work().resolve("supabase/functions/steady/index.ts"), "Deno.serve(() => {");
    assertThat(cli.refusal("functions", "deploy", "--yes")).contains("steady cannot be loaded");

    assertThat(call("steady")).isEqualTo("good!");
    // the command itself goes on with those that could be loaded
    assertThat(call("other")).isEqualTo("better!");
  }

  @Test
  void secretsAreSetListedAsDigestsAndUnset() {
    var cli = linked(API.token("secrets"));
    function(cli, "reads", "value ");
    cli.run("functions", "deploy", "reads", "--no-verify-jwt", "--yes");

    cli.run("secrets", "set", "MINE=deep-secret", "OTHER=x", "--yes");
    Await.until("the secret is there", () -> call("reads").equals("value deep-secret!"));
    assertThat(cli.run("secrets", "list")).contains("MINE").doesNotContain("deep-secret");

    cli.run("secrets", "unset", "MINE", "OTHER", "--yes");
    Await.until("the secret is gone", () -> call("reads").equals("value !"));
    assertThat(cli.run("secrets", "list")).doesNotContain("MINE");
  }

  @Test
  void projectsKeysAndTheUserAreShown() {
    var cli = linked(API.token("looks"));
    assertThat(cli.run("projects", "list")).contains(API.reference(), "default");
    assertThat(cli.run("projects", "api-keys"))
        .contains(API.server().project().keys().publishableKey().reveal())
        .doesNotContain(API.server().project().keys().secretKey().reveal());
    assertThat(cli.run("projects", "api-keys", "--reveal"))
        .contains(API.server().project().keys().secretKey().reveal());
    assertThat(cli.run("whoami")).contains("looks");
    assertThat(cli.run("orgs", "list")).contains("stabbur");
    cli.run("branches", "list");
  }

  @Test
  @Tag("nightly")
  void aTokenThatDoesNotHoldIsToldSo() {
    var cli = SupabaseCli.of(API.server(), "sbp_" + "0".repeat(40));
    assertThat(cli.refusal("projects", "list")).contains("Unauthorized");
    assertThat(cli.refusal("link", API.reference())).contains("Unauthorized");
    assertThat(cli.refusal("functions", "list", "--remote=" + API.reference()))
        .contains("Unauthorized");
    assertThat(cli.refusal("secrets", "list", "--remote=" + API.reference()))
        .contains("Unauthorized");
    assertThat(SupabaseCli.of(API.server(), API.token("x")).refusal("link", "a".repeat(20)))
        .contains("privileges");
  }
}

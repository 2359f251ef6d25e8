package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.deploy.FunctionName;
import io.stabbur.functions.supervise.Supervisors;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Deployments: versions that never change, of which one is in use.
class DeployTest {
  private static TestServer server;
  private static Management management;

  @BeforeAll
  static void serve() {
    server =
        AtExit.close(
            FunctionFolder.create()
                .serve(
                    Map.of(
                        "stabbur.functions.keep-versions", 3, "stabbur.functions.log-single", 1)));
    management = new Management(server);
  }

  private static HttpResponse<String> call(String name) {
    return Http.get(server.url() + "/functions/v1/" + name);
  }

  private static String answer(String text) {
    return "Deno.serve(() => new Response('" + text + "'));";
  }

  private static JsonNode json(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isLessThan(300);
    return Json.parse(response.body());
  }

  private static JsonNode value(JsonNode object, String name) {
    return Objects.requireNonNull(object.get(name), name);
  }

  private static final String OPEN = ", \"verify_jwt\": false";

  @Test
  void eachDeploymentIsAVersionAndARollbackUsesTheOneBefore() {
    assertThat(
            value(json(management.deploy("greet", answer("one"), OPEN)), "version").getIntValue())
        .isEqualTo(1);
    assertThat(call("greet").body()).isEqualTo("one");
    var second = json(management.deploy("greet", answer("two")));
    assertThat(value(second, "version").getIntValue()).isEqualTo(2);
    assertThat(value(second, "verify_jwt").getBooleanValue()).isFalse();
    assertThat(call("greet").body()).isEqualTo("two");

    json(management.send("POST", "/functions/greet/rollback", ""));

    assertThat(call("greet").body()).isEqualTo("one");
    assertThat(json(management.get("/functions/greet/versions")).size()).isEqualTo(2);
    json(management.send("POST", "/functions/greet/rollback?version=2", ""));
    assertThat(call("greet").body()).isEqualTo("two");
  }

  @Test
  void onlyTheNewestVersionsAreKept() {
    for (int version = 1; version <= 5; version++) {
      json(management.deploy("pruned", answer("version " + version), OPEN));
    }
    assertThat(json(management.get("/functions/pruned/versions")).size()).isEqualTo(3);
    json(management.send("POST", "/functions/pruned/rollback?version=3", ""));
    assertThat(call("pruned").body()).isEqualTo("version 3");
    assertThat(management.send("POST", "/functions/pruned/rollback?version=2", "").statusCode())
        .isEqualTo(404);
    assertThat(call("pruned").body()).isEqualTo("version 3");
  }

  @Test
  void codeThatCannotBeLoadedChangesNothing() {
    json(management.deploy("steady", answer("works"), OPEN));
    for (var code :
        new String[] {
          "Deno.serve(() => {",
          "import './missing.ts';",
          "throw new Error('at once');",
          "import 'npm:no-such-package-of-stabbur@1.2.3';"
        }) {
      var refused = management.deploy("steady", code);
      assertThat(refused.statusCode()).as(code).isEqualTo(400);
      assertThat(refused.body()).contains("cannot be loaded").doesNotContain("/functions/.staging");
    }
    assertThat(call("steady").body()).isEqualTo("works");
    assertThat(json(management.get("/functions/steady/versions")).size()).isEqualTo(1);
    assertThat(server.project().folder().resolve("functions/steady").toFile().list()).hasSize(1);
  }

  @Test
  void verifyJwtIsKeptUnlessADeploymentNamesIt() {
    json(management.deploy("asks", answer("hi")));
    assertThat(call("asks").statusCode()).isEqualTo(401);
    json(management.deploy("asks", answer("hi"), OPEN));
    assertThat(call("asks").statusCode()).isEqualTo(200);
    json(management.deploy("asks", answer("hi")));
    assertThat(call("asks").statusCode()).isEqualTo(200);
    json(management.deploy("asks", answer("hi"), ", \"verify_jwt\": true"));
    assertThat(call("asks").statusCode()).isEqualTo(401);
  }

  @Test
  void filesAboveTheFunctionAndImportMapsArePlaced() {
    var files =
        Map.of(
            "supabase/functions/far/index.ts",
            "import { text } from '../../../../common/x.ts'; import { own } from 'own';"
                + " Deno.serve(async () => new Response(text + own + await Deno.readTextFile(new"
                + " URL('./page.html', import.meta.url))));",
            "../common/x.ts",
            "export const text: string = 'far ';",
            "supabase/functions/far/own.ts",
            "export const own = 'own ';",
            "supabase/functions/far/page.html",
            "page",
            "supabase/functions/far/deno.json",
            "{\"imports\": {\"own\": \"./own.ts\"}}");
    json(
        management.deploy(
            "far",
            files,
            """
            {"entrypoint_path": "supabase/functions/far/index.ts", "verify_jwt": false,
             "import_map_path": "supabase/functions/far/deno.json",
             "static_patterns": ["supabase/functions/far/page.html", "supabase/functions/far/*.css"]}
            """));

    assertThat(call("far").body()).isEqualTo("far own page");
  }

  @Test
  void packagesAreFetchedAtTheDeploymentAndServedFromTheCache() throws Exception {
    json(
        management.deploy(
            "package",
            "import { createClient } from 'npm:@supabase/supabase-js@2.119.0';"
                + " Deno.serve(() => new Response(typeof createClient));",
            OPEN));

    // which packages were chosen is known without what the registry told
    var folder = server.project().folder().resolve("functions/package");
    deleteRegistryAnswers(folder);
    assertThat(call("package").body()).isEqualTo("function");
    // as on another machine: files and packages come from the object store
    endProcesses("package");
    io.stabbur.functions.deploy.BundleFiles.delete(folder);
    var deployed =
        server.bean(io.stabbur.functions.deploy.Deployments.class).deployed(server.project());
    deployed.refresh();
    json(management.deploy("other", answer("x"), OPEN));
    assertThat(deployed.find(FunctionName.parse("package").orElseThrow())).isPresent();
    deleteRegistryAnswers(folder);
    assertThat(call("package").body()).isEqualTo("function");
  }

  /// Those of other variables are replaced when they are called again.
  private static void endProcesses(String name) {
    var supervisor = server.bean(Supervisors.class).of(server.project());
    var changed = "[{\"name\": \"CHANGED\", \"value\": \"1\"}]";
    assertThat(management.send("POST", "/secrets", changed).statusCode()).isEqualTo(201);
    Await.until("its process has ended", () -> supervisor.running(name) == 0);
    assertThat(management.send("DELETE", "/secrets", "[\"CHANGED\"]").statusCode()).isEqualTo(204);
  }

  @Test
  void whatWasCompiledAtADeploymentIsInTheCacheOfTheVersion() throws Exception {
    json(management.deploy("compiled", answer("x"), OPEN));

    var place = server.project().folder().resolve("functions/compiled");
    // no journal for starts to read, and the script before the function under a path that stays
    try (var files = Files.walk(place)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .contains("v8_code_cache_v2")
          .anyMatch(name -> name.matches("preload-[0-9a-f]{12}\\.js"))
          .noneMatch(name -> name.endsWith("-wal"));
    }
    assertThat(call("compiled").body()).isEqualTo("x");
    // nothing that the start had to write and to wait for; V8's code alone is written beside, and
    // the attempt of the deployment may have ended before its last module was
    try (var files = Files.walk(place)) {
      assertThat(files.filter(file -> file.toString().endsWith("analysis_cache_v2-wal")))
          .isNotEmpty()
          .allSatisfy(journal -> assertThat(journal).isEmptyFile());
    }
  }

  private static void deleteRegistryAnswers(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      var answers = files.filter(file -> file.endsWith("registry.json")).toList();
      assertThat(answers).isNotEmpty();
      for (var answer : answers) {
        Files.delete(answer);
      }
    }
  }

  @Test
  void badDeploymentsAreRefusedAndNothingIsStored() {
    var good = "{\"entrypoint_path\": \"index.ts\"}";
    var code = answer("x");
    refused(management.deploy("bad", Map.of("/etc/x", code), good), "not a relative path");
    refused(
        management.deploy("bad", Map.of("../".repeat(11) + "etc/x", code, "index.ts", code), good),
        "leads out of the deployment");
    refused(management.deploy("bad", Map.of("a\\b", code), good), "not a relative path");
    refused(management.deploy("bad", Map.of("other.ts", code), good), "index.ts was not uploaded");
    refused(management.deploy("bad", Map.of("index.ts", code), "{}"), "no entrypoint_path");
    refused(
        management.deploy(
            "bad",
            Map.of("index.ts", code),
            "{\"entrypoint_path\": \"index.ts\", \"static_patterns\": [\"gone.html\"]}"),
        "gone.html was not uploaded");
    refused(management.deploy("1bad", code), "name");
    refused(management.deploy("has%20blank", code), "name");
    refused(management.post("bad", "no parts".getBytes(StandardCharsets.UTF_8)), "multipart");
    refused(
        management.post("bad", "--limit-of-a-part\r\nnothing".getBytes(StandardCharsets.UTF_8)),
        "multipart");
    assertThat(management.post("bad", new byte[25 << 20]).statusCode()).isEqualTo(413);

    assertThat(management.get("/functions").body()).doesNotContain("\"bad\"", "\"1bad\"");
  }

  private static void refused(HttpResponse<String> response, String why) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains(why);
  }

  @Test
  void functionsThatNobodyCallsHaveNoProcess() {
    var supervisor = server.bean(Supervisors.class).of(server.project());
    for (var name : new String[] {"idle-a", "idle-b", "idle-c"}) {
      json(management.deploy(name, answer(name), OPEN));
    }
    assertThat(call("idle-a").body()).isEqualTo("idle-a");

    assertThat(supervisor.running("idle-a")).isOne();
    assertThat(supervisor.running("idle-b")).isZero();
    assertThat(supervisor.running("idle-c")).isZero();
  }

  @Test
  void aDeletedFunctionIsGone() {
    json(management.deploy("gone", answer("here"), OPEN));
    assertThat(call("gone").statusCode()).isEqualTo(200);
    assertThat(management.send("DELETE", "/functions/gone", null).statusCode()).isEqualTo(204);
    assertThat(call("gone").statusCode()).isEqualTo(404);
    assertThat(management.send("DELETE", "/functions/gone", null).statusCode()).isEqualTo(404);
  }

  @Test
  void onlyTheServiceRoleManages() {
    var keys = server.project().keys();
    for (var path : new String[] {"/functions", "/secrets", "/functions/greet/logs"}) {
      var url = server.url() + "/functions/v1/_internal" + path;
      assertThat(Http.get(url).statusCode()).isEqualTo(401);
      assertThat(Http.get(url, "apikey", keys.anonKey().reveal()).statusCode()).isEqualTo(403);
      assertThat(Http.get(url, "apikey", keys.publishableKey().reveal()).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void secretsReachFunctionsAtOnceAndAreShownAsDigests() throws Exception {
    json(
        management.deploy(
            "tells", "Deno.serve(() => new Response(Deno.env.get('MY_SECRET') ?? 'none'));", OPEN));
    assertThat(call("tells").body()).isEqualTo("none");
    var set =
        management.send(
            "POST", "/secrets", "[{\"name\": \"MY_SECRET\", \"value\": \"plain-value-7\"}]");
    assertThat(set.statusCode()).isEqualTo(201);

    Await.until("the secret is there", () -> call("tells").body().equals("plain-value-7"));
    assertThat(management.get("/secrets").body())
        .contains("MY_SECRET")
        .doesNotContain("plain-value-7");
    assertThat(management.send("DELETE", "/secrets", "[\"MY_SECRET\"]").statusCode())
        .isEqualTo(204);
    Await.until("the secret is gone", () -> call("tells").body().equals("none"));
  }

  @Test
  void whatACrashPrintsHoldsNoSecret() {
    var key = server.project().keys().serviceRoleKey().reveal();
    var refused =
        management.deploy(
            "crashes", "throw new Error('key ' + Deno.env.get('SUPABASE_SERVICE_ROLE_KEY'));");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("key ***").doesNotContain(key);
    json(
        management.deploy(
            "crashes",
            "Deno.serve(() => { setTimeout(() => { throw new Error('key ' +"
                + " Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')); }); return new Promise(() => {});"
                + " });",
            OPEN));
    assertThat(call("crashes").statusCode()).isEqualTo(500);
    Await.until(
        "the error is logged",
        () -> management.get("/functions/crashes/logs").body().contains("key ***"));
    assertThat(management.get("/functions/crashes/logs").body()).doesNotContain(key);
  }

  @Test
  void noRoleOfTheApiReadsWhatTheApplianceKeeps() {
    var keys = server.project().keys();
    for (var table :
        new String[] {"functions", "function_versions", "function_secrets", "function_logs"}) {
      for (var role : new String[] {"anon", "authenticated", "service_role", "authenticator"}) {
        var may =
            server
                .project()
                .admin()
                .transaction(
                    Actor.of("postgres"),
                    Access.READ,
                    tx ->
                        tx.first(
                                Statement.of(
                                    "select has_table_privilege(?, ?, 'select, insert, update,"
                                        + " delete')",
                                    role,
                                    "stabbur." + table),
                                row -> row.getBoolean(1))
                            .orElseThrow());
        assertThat(may).as(role + " on " + table).isFalse();
      }
      var answer =
          Http.get(
              server.url() + "/rest/v1/" + table,
              "apikey",
              keys.secretKey().reveal(),
              "Accept-Profile",
              "stabbur");
      assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
    }
  }

  @Test
  void secretsOfOtherNamesAreRefusedAndNoneIsStored() {
    for (var name : new String[] {"SUPABASE_URL", "has blank", "1X", ""}) {
      var refused =
          management.send(
              "POST",
              "/secrets",
              "[{\"name\": \"FINE\", \"value\": \"x\"}, {\"name\": \"%s\", \"value\": \"y\"}]"
                  .formatted(name));
      assertThat(refused.statusCode()).as(name).isEqualTo(400);
    }
    var many = new StringBuilder("[");
    for (int i = 0; i < 10_000; i++) {
      many.append(i == 0 ? "" : ",")
          .append("{\"name\":\"N")
          .append(i)
          .append("\",\"value\":\"x\"}");
    }
    assertThat(management.send("POST", "/secrets", many + "]").statusCode()).isEqualTo(400);
    assertThat(management.get("/secrets").body()).doesNotContain("FINE").doesNotContain("N17");
  }

  @Test
  void everyLineIsLoggedUpToTheLast() {
    json(
        management.deploy(
            "talks",
            "Deno.serve(() => { for (let i = 0; i < 1000; i++) console.warn('line ' + i);"
                + " Deno.exit(1); });",
            OPEN));
    assertThat(call("talks").statusCode()).isEqualTo(500);

    Await.until(
        "the last line is there",
        () -> {
          var lines = management.get("/functions/talks/logs?limit=1000").body();
          return lines.contains("\"line 999\"") && lines.contains("GET 500");
        });
    var all = management.get("/functions/talks/logs?limit=1000").body();
    assertThat(all)
        .contains("\"line 1\"")
        .contains("\"level\":\"warning\"")
        .contains("execution_id");
  }

  /// Of many calls at a time the first has a line of its own.
  @Test
  void manyCallsAreOneLine() throws Exception {
    json(management.deploy("often", answer("x"), OPEN));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var call :
          threads.invokeAll(Collections.nCopies(60, () -> call("often").statusCode()))) {
        assertThat(call.get()).isEqualTo(200);
      }
    }
    var logged = "from stabbur.function_logs where function = 'often' and method is not null";
    Await.until("all are logged", () -> number("select sum(requests) " + logged) == 60);
    assertThat(number("select count(*) " + logged)).isLessThan(60);
    assertThat(management.get("/functions/often/logs").body()).contains(" calls");
  }

  private static long number(String query) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx -> tx.first(Statement.of(query), row -> row.getLong(1)).orElseThrow());
  }
}

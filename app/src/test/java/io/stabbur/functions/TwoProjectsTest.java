package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.project.Project;
import io.stabbur.project.ProjectSettings;
import io.stabbur.project.Projects;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Functions of two projects of one server: neither reaches what is the other's.
class TwoProjectsTest {
  /// Runs what it is sent, and tells what came of it.
  private static final String RUNS =
      """
      Deno.serve(async (request) => {
        const work = new (Object.getPrototypeOf(async () => {}).constructor)(await request.text());
        try { return new Response("" + await work()); } catch (error) { return new Response("refused " + error.name); }
      });
      """;

  private static String run(TestServer server, Project project, String code) {
    var key = project.keys().publishableKey().reveal();
    var answer = Http.post(server.url() + "/functions/v1/runs", code, "apikey", key);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static void deploy(Management management, String secret) {
    assertThat(management.deploy("runs", RUNS, ", \"verify_jwt\": false").statusCode())
        .isEqualTo(200);
    var set =
        management.send("POST", "/secrets", "[{\"name\":\"OWN\",\"value\":\"" + secret + "\"}]");
    assertThat(set.statusCode()).isEqualTo(201);
  }

  @Test
  void secretsKeysAndFilesOfAnotherProjectAreOutOfReach() {
    try (var server =
        FunctionFolder.create()
            .serve(Map.of("stabbur.projects.default.hosts", List.of("first.example.org")))) {
      var first = server.project();
      var second =
          server.bean(Projects.class).add(ProjectSettings.embedded("second", "second.example.org"));
      deploy(new Management(server, first), "secret-of-the-first");
      deploy(new Management(server, second), "secret-of-the-second");

      assertThat(run(server, first, "return Deno.env.get('OWN')")).isEqualTo("secret-of-the-first");
      assertThat(run(server, second, "return Deno.env.get('OWN')"))
          .isEqualTo("secret-of-the-second");
      assertThat(run(server, second, "return JSON.stringify(Deno.env.toObject())"))
          .contains(second.keys().serviceRoleKey().reveal())
          .doesNotContain("secret-of-the-first")
          .doesNotContain(first.keys().serviceRoleKey().reveal())
          .doesNotContain(first.keys().secretKey().reveal());
      for (var file :
          List.of(
              first.folder().resolve("functions"),
              first.folder().resolve("keys.json"),
              first.folder(),
              second.folder().resolve("keys.json"))) {
        assertThat(run(server, second, "return [...Deno.readDirSync('" + file + "')].length"))
            .as(file.toString())
            .startsWith("refused ");
        assertThat(run(server, second, "return Deno.readTextFileSync('" + file + "')"))
            .as(file.toString())
            .startsWith("refused ");
      }
      // nor by the list of secrets, with the other project's key
      assertThat(new Management(server, second).get("/secrets").body())
          .contains("OWN")
          .doesNotContain("secret-of-the");
    }
  }
}

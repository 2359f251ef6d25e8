package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Accounts, files, Realtime and functions of a project are sent on to a second Stabbur, which
/// stands for a hosted project; the data API is served in front, on the same database.
class PassThroughTest {
  private static final String FOLDER = DataTemplate.MIGRATED.newCopy().toString();
  private static TestServer hosted = TestServer.shared();
  private static TestServer front = TestServer.shared();

  @BeforeAll
  static void two() throws IOException {
    hosted = AtExit.close(TestServer.start(functions()));
    front = AtExit.close(TestServer.start(settings()));
  }

  private static Map<String, Object> functions() throws IOException {
    var folder = TestServer.newFolder().resolve("supabase/functions");
    for (var function :
        Map.of(
                "echo",
                """
                Deno.serve(async (request) => {
                  const bytes = new Uint8Array(await request.arrayBuffer());
                  return Response.json({
                    method: request.method, type: request.headers.get("content-type"), own: request.headers.get("x-own"),
                    length: bytes.length, body: new TextDecoder().decode(bytes) });
                });\
                """,
                "socket",
                """
                Deno.serve((request) => {
                  const { socket, response } = Deno.upgradeWebSocket(request);
                  socket.onmessage = (message) => socket.send("heard " + message.data);
                  return response;
                });\
                """)
            .entrySet()) {
      var file = folder.resolve(function.getKey() + "/index.ts");
      Files.createDirectories(file.getParent());
      Files.writeString(file, function.getValue());
    }
    Files.writeString(
        folder.resolve("../config.toml"),
        "[functions.echo]\nverify_jwt = false\n[functions.socket]\nverify_jwt = false\n");
    return Map.of(
        "stabbur.data",
        FOLDER,
        "stabbur.functions.deno",
        Node.deno().toString(),
        "stabbur.functions.folder",
        folder.toString());
  }

  /// The same database and key file; the keys stand in the settings, too, as those of a hosted
  /// project do.
  private static Map<String, Object> settings() {
    var keys = hosted.project().keys();
    var url = URI.create(hosted.project().api().login().url().substring("jdbc:".length()));
    var own = new HashMap<String, Object>();
    own.put("database-url", "postgresql://127.0.0.1:" + url.getPort() + "/postgres");
    own.put("admin-password", keys.databasePassword().reveal());
    own.put("api-password", keys.apiPassword().reveal());
    own.put("anon-key", keys.anonKey().reveal());
    own.put("service-role-key", keys.serviceRoleKey().reveal());
    own.put("publishable-key", keys.publishableKey().reveal());
    own.put("secret-key", keys.secretKey().reveal());
    own.put("hosted-url", hosted.url());
    own.put("hosted-parts", List.of("auth", "storage", "realtime", "functions"));
    var settings = new HashMap<String, Object>();
    own.forEach((name, value) -> settings.put("stabbur.projects.default." + name, value));
    settings.put("stabbur.data", FOLDER);
    return settings;
  }

  private static Map<String, String> environment() {
    return Node.environment(front.url(), hosted.project());
  }

  @Test
  void aMentorsDayIsTheSame() {
    assertThat(Node.run(environment(), "day.mjs")).contains("the day is over");
  }

  @Test
  @Tag("nightly")
  void filesComeAndGoInPiecesToo() {
    var made =
        Http.post(
            front.url() + "/storage/v1/bucket",
            "{\"id\": \"passed\", \"name\": \"passed\"}",
            service());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(Node.run(environment(), "files.mjs", "passed")).isNotBlank();
  }

  @Test
  void socketsAndFunctionsAreReached() {
    assertThat(Node.run(environment(), "hosted.mjs")).contains("reached");
  }

  @Test
  @Tag("nightly")
  void realtimeIsTheSame() {
    assertThat(Node.run(environment(), "realtime.mjs")).isNotBlank();
  }

  private static String[] service() {
    var key = hosted.project().keys().serviceRoleKey().reveal();
    return new String[] {
      "apikey", key, "Authorization", "Bearer " + key, "Content-Type", "application/json"
    };
  }

  private static HttpResponse<String> ask(
      TestServer server, String method, String path, String key, String token) {
    return Http.send(
        method,
        server.url() + path,
        null,
        "apikey",
        key,
        "Authorization",
        "Bearer " + token,
        "X-Request-Id",
        "the-same");
  }

  private static String told(HttpResponse<String> answer) {
    return answer.statusCode()
        + " "
        + answer.headers().firstValue("content-type").orElse("")
        + " "
        + answer.body();
  }

  /// Whoever asks gets the hosted project's own answer: the wrong organization, role and token too.
  @Test
  void everybodyIsAnsweredAsByTheHostedProject() {
    var world = new World(hosted);
    var here = world.organization("admin");
    var there = world.organization("stranger-admin");
    var _ = world.member(here, "mentor", "peer_mentor");
    var _ = world.member(there, "stranger", "peer_mentor");
    var path = "/storage/v1/object/receipts/" + here + "/" + world.id("mentor") + "/kept.pdf";
    var stored =
        world.as("mentor").with("Content-Type", "application/pdf").post(path, "%PDF-1.4 kept");
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
    var key = hosted.project().keys().publishableKey().reveal();
    var callers = new LinkedHashMap<String, String>();
    callers.put("the owner", world.as("mentor").token());
    callers.put("another organization", world.as("stranger").token());
    callers.put("a key alone", key);
    callers.put("a forged token", "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.AAAA");
    callers.put(
        "another role", Tokens.of(hosted.project(), "authenticated", UUID.randomUUID().toString()));
    var statuses = new LinkedHashMap<String, String>();
    for (var question :
        Map.of(
                path,
                "GET",
                "/auth/v1/user",
                "GET",
                "/auth/v1/admin/users",
                "GET",
                "/storage/v1/bucket/receipts",
                "DELETE",
                "/functions/v1/nobody",
                "POST",
                "/realtime/v1/api/broadcast",
                "POST",
                "/auth/v1/no-such-path",
                "GET")
            .entrySet()) {
      for (var caller : callers.entrySet()) {
        var direct = ask(hosted, question.getValue(), question.getKey(), key, caller.getValue());
        var passed = ask(front, question.getValue(), question.getKey(), key, caller.getValue());
        assertThat(told(passed)).as(question + " by " + caller.getKey()).isEqualTo(told(direct));
        statuses.put(question.getKey() + " " + caller.getKey(), passed.statusCode() + "");
      }
    }
    assertThat(statuses)
        .containsEntry(path + " the owner", "200")
        .containsEntry("/auth/v1/user the owner", "200")
        .containsEntry("/auth/v1/user a key alone", "403")
        .containsEntry("/auth/v1/admin/users another organization", "403");
    assertThat(statuses.get(path + " another organization")).isNotEqualTo("200");
    assertThat(Http.get(front.url() + "/auth/v1/user").statusCode()).as("no key").isEqualTo(401);
    assertThat(Http.get(front.url() + "/auth/v1/user", "apikey", "sb_publishable_no").statusCode())
        .isEqualTo(401);
  }
}

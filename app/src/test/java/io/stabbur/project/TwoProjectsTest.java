package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two embedded projects in one process: what belongs to one is worthless in the other.
class TwoProjectsTest {
  private static final String USER = "0b0d4f6e-6d4c-4a55-8f0e-1f0d2f3c4b5a";
  private static TestServer server;
  private static Project north;
  private static Project south;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.projects.north.hosts", List.of("north.example.org"),
                "stabbur.projects.south.hosts", List.of("south.example.org")));
    var projects = server.bean(Projects.class);
    north = projects.byName("north").orElseThrow();
    south = projects.byName("south").orElseThrow();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theHostChoosesTheProject() {
    assertThat(north.settings().hosts()).containsExactly("north.example.org");
    assertThat(server.bean(Projects.class).byHost("north.example.org")).hasValue(north);
    assertThat(who("north.example.org", key(north)).body()).isEqualTo("north anon false");
    assertThat(who("SOUTH.example.org:443", key(south)).body()).isEqualTo("south anon false");
  }

  @Test
  void withoutAKnownHostTheKeyDoes() {
    assertThat(who("127.0.0.1", key(north)).body()).isEqualTo("north anon false");
    assertThat(who("127.0.0.1", north.keys().secretKey().reveal()).body())
        .isEqualTo("north service_role false");
    assertThat(who("127.0.0.1", key(south)).body()).isEqualTo("south anon false");
  }

  @Test
  void keysOfOneAreRefusedByTheOther() {
    for (var stranger :
        List.of(
            key(south),
            south.keys().secretKey().reveal(),
            south.keys().anonKey().reveal(),
            south.keys().serviceRoleKey().reveal())) {
      assertThat(who("north.example.org", stranger).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void tokensOfOneAreRefusedByTheOther() {
    var token = Tokens.of(south, "authenticated", USER);

    assertThat(withToken("north.example.org", key(north), token).statusCode()).isEqualTo(401);
    assertThat(withToken("127.0.0.1", key(north), token).statusCode()).isEqualTo(401);
    assertThat(withToken("south.example.org", key(south), token).body())
        .isEqualTo("south authenticated true");
  }

  @Test
  void filesOfOneAreUnknownToTheOther() {
    var bucket = "{\"id\":\"wall\",\"name\":\"wall\",\"public\":true}";
    var made = asService("POST", "/bucket", bucket, north, north);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(asService("POST", "/object/wall/a.txt", "north's own", north, north).statusCode())
        .isEqualTo(200);

    var own = asService("GET", "/object/public/wall/a.txt", null, north, north);
    var foreign = asService("GET", "/object/public/wall/a.txt", null, south, south);
    var withForeignKey = asService("GET", "/object/wall/a.txt", null, south, north);

    assertThat(own.body()).isEqualTo("north's own");
    assertThat(foreign.statusCode()).isGreaterThanOrEqualTo(400);
    assertThat(foreign.body()).doesNotContain("own");
    assertThat(withForeignKey.statusCode()).isGreaterThanOrEqualTo(400);
    assertThat(withForeignKey.body()).doesNotContain("own");
  }

  /// Asks the Storage API at one project's host with the secret key of a project.
  private static HttpResponse<String> asService(
      String method, String path, @Nullable String body, Project host, Project keyOf) {
    var key = keyOf.keys().secretKey().reveal();
    return Http.send(
        method,
        server.url() + "/storage/v1" + path,
        body,
        "Host",
        host.settings().hosts().getFirst(),
        "apikey",
        key,
        "Authorization",
        "Bearer " + key,
        "Content-Type",
        path.startsWith("/bucket") ? "application/json" : "text/plain");
  }

  @Test
  void theMetricsOfAllAreNotShownToTheKeyOfOne() {
    var key = north.keys().secretKey().reveal();

    for (var path : List.of("/metrics", "/alerts")) {
      assertThat(Http.get(server.url() + path, "Authorization", "Bearer " + key).statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void nothingIsShared() {
    assertThat(north.keys()).isNotEqualTo(south.keys());
    assertThat(north.folder()).isNotEqualTo(south.folder());
    assertThat(north.api().login().url()).isNotEqualTo(south.api().login().url());
    var part = new PerProject<>(Project::name);
    assertThat(part.of(north)).isEqualTo("north");
    assertThat(part.of(south)).isEqualTo("south");
  }

  private static String key(Project project) {
    return project.keys().publishableKey().reveal();
  }

  private static HttpResponse<String> who(String host, String key) {
    return Http.get(server.url() + "/probe", "Host", host, "apikey", key);
  }

  private static HttpResponse<String> withToken(String host, String key, String token) {
    return Http.get(
        server.url() + "/probe", "Host", host, "apikey", key, "Authorization", "Bearer " + token);
  }
}

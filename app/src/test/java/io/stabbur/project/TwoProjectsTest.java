package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
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

  /// Each is tried with every project: a network has so many tries, and who was found is served.
  @Test
  void keysOfNoProjectAreLookedForSoOften() throws Exception {
    var path = "/probe";
    try (var stranger = from("127.0.0.9")) {
      assertThat(status(stranger, path, "Host", "other.example.org", "apikey", key(south)))
          .isEqualTo(200);
      assertThat(
              untilRefused(
                  i ->
                      status(
                          stranger,
                          path,
                          "Host",
                          "other.example.org",
                          "apikey",
                          "sb_publishable_of_nobody_" + i)))
          .isEqualTo(429);
      assertThat(status(stranger, path, "Host", "other.example.org", "apikey", key(south)))
          .isEqualTo(200);
      assertThat(status(stranger, path, "Host", "north.example.org", "apikey", "sb_of_nobody"))
          .as("the host names the project")
          .isEqualTo(401);
    }
    assertThat(who("other.example.org", "sb_publishable_of_nobody").statusCode())
        .as("from another network")
        .isEqualTo(401);
  }

  /// Each is looked for in the database of every project.
  @Test
  void accessTokensOfNoProjectAreLookedForSoOften() throws Exception {
    try (var stranger = from("127.0.0.10")) {
      assertThat(
              untilRefused(
                  i ->
                      status(
                          stranger,
                          "/v1/projects",
                          "Authorization",
                          "Bearer sbp_%040x".formatted(i))))
          .isEqualTo(429);
    }
  }

  private static HttpClient from(String address) throws UnknownHostException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .localAddress(InetAddress.getByName(address))
        .build();
  }

  private static int status(HttpClient client, String path, String... headers) {
    var request = HttpRequest.newBuilder(URI.create(server.url() + path)).headers(headers).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// The first status that is not 401, of so many attempts.
  private static int untilRefused(IntUnaryOperator attempt) {
    return IntStream.range(0, 600)
        .map(attempt)
        .filter(status -> status != 401)
        .findFirst()
        .orElse(401);
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

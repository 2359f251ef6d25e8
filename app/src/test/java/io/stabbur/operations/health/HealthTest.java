package io.stabbur.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.testing.Await;
import io.stabbur.testing.FrozenPostgres;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// States of faults against probes and real requests, on three projects: `south` has an object
/// store that nobody answers for.
class HealthTest {
  private static final String TOKEN = "a long token";
  private static TestServer server;
  private static Project north;
  private static Project south;
  private static Project west;

  @BeforeAll
  static void start() {
    var settings = new HashMap<String, Object>();
    for (var name : List.of("north", "south", "west")) {
      settings.put("stabbur.projects." + name + ".hosts", List.of(name + ".example.org"));
    }
    settings.put("stabbur.operations.token", TOKEN);
    settings.put("stabbur.projects.south.store-bucket", "files");
    settings.put("stabbur.projects.south.store-endpoint", "http://127.0.0.1:1");
    settings.put("stabbur.projects.south.store-access-key-id", "id");
    settings.put("stabbur.projects.south.store-secret-access-key", "secret");
    server = TestServer.start(settings);
    var projects = server.bean(Projects.class);
    north = projects.byName("north").orElseThrow();
    south = projects.byName("south").orElseThrow();
    west = projects.byName("west").orElseThrow();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// One row of the table: the probes' answers, and the status of a read of each project.
  private record Seen(int liveness, int readiness, int north, int south, int west) {}

  private static int probe(String path) {
    long begin = System.nanoTime();
    int status = Http.get(server.url() + "/health" + path).statusCode();
    assertThat((System.nanoTime() - begin) / 1_000_000).as("ms for " + path).isLessThan(4000);
    return status;
  }

  private static int read(Project project) {
    return Http.get(
            server.url() + "/rest/v1/organizations?limit=1",
            "apikey",
            project.keys().secretKey().reveal())
        .statusCode();
  }

  private static Seen seen() {
    return new Seen(probe("/liveness"), probe("/readiness"), read(north), read(south), read(west));
  }

  private static String toOperator() {
    return Http.get(server.url() + "/health/readiness", "Authorization", "Bearer " + TOKEN).body();
  }

  @Test
  void allIsWellExceptAStore() {
    assertThat(seen()).isEqualTo(new Seen(200, 200, 200, 200, 200));
    assertThat(probe("/startup")).isEqualTo(200);
    assertThat(toOperator())
        .startsWith("{\"status\":\"UP\",\"projects\":{")
        .contains(
            "\"north\":{\"status\":\"UP\",\"parts\":{\"rest\":{\"status\":\"UP\"},\"storage\":{\"status\":\"UP\"}}}")
        .containsPattern(
            "\"south\":\\{\"status\":\"UP\",.*\"storage\":\\{\"status\":\"DOWN\",\"reason\":\"[^\"]+\"\\}");
  }

  @Test
  void onlyTheOperatorSeesNames() {
    for (var url : List.of("/health", "/health/readiness")) {
      assertThat(Http.get(server.url() + url).body()).isEqualTo("{\"status\":\"UP\"}");
      var key = north.keys().secretKey().reveal();
      assertThat(Http.get(server.url() + url, "apikey", key).body())
          .isEqualTo("{\"status\":\"UP\"}");
    }
  }

  @Test
  void oneThatHangsTakesNothingFromTheOthers() throws Exception {
    try (var _ = FrozenPostgres.freeze(west)) {
      assertThat(probe("/liveness")).isEqualTo(200);
      assertThat(probe("/readiness")).isEqualTo(200);
      assertThat(read(north)).isEqualTo(200);
      assertThat(read(south)).isEqualTo(200);
      assertThat(toOperator())
          .contains("\"west\":{\"status\":\"DOWN\",\"reason\":\"The database does not answer\"}")
          .contains("\"north\":{\"status\":\"UP\"");
    }
    Await.until("it is back", () -> read(west) == 200);
  }

  @Test
  @Tag("nightly")
  void whereNothingCanBeServedReadinessIsDownAndTheProcessAlive() throws Exception {
    try (var _ = FrozenPostgres.freeze(north);
        var _ = FrozenPostgres.freeze(south);
        var _ = FrozenPostgres.freeze(west)) {
      Await.until("the answers of before are old", () -> probe("/readiness") == 503);
      assertThat(probe("/liveness")).isEqualTo(200);
      assertThat(probe("/startup")).isEqualTo(200);
      assertThat(Http.get(server.url() + "/health").body())
          .isEqualTo("{\"status\":\"DOWN\",\"reason\":\"The database does not answer\"}");
    }
    Await.until("all are back", () -> probe("/readiness") == 200);
    Await.until("all serve", () -> seen().equals(new Seen(200, 200, 200, 200, 200)));
  }

  @Test
  @Tag("nightly")
  void aPoolThatIsHeldWholeIsNoReasonToBeTakenOut() throws Exception {
    var actor = Actor.of(north.api().login().user());
    var holders = new ArrayList<Thread>();
    IntStream.range(0, north.api().pool().limit())
        .forEach(
            _ ->
                holders.add(
                    Thread.ofVirtual()
                        .start(
                            () ->
                                north
                                    .api()
                                    .exchange(
                                        actor,
                                        Access.READ,
                                        Statement.of("select pg_sleep(3)"),
                                        _ -> true))));
    assertThat(probe("/readiness")).isEqualTo(200);
    assertThat(read(south)).isEqualTo(200);
    assertThat(toOperator()).contains("\"north\":{\"status\":\"UP\"");
    for (var holder : holders) {
      holder.join();
    }
    assertThat(read(north)).isEqualTo(200);
  }
}

package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `kill -9` in the middle of a key rotation, and the same command again after a restart.
@Tag("nightly")
class RotationKilledTest {
  private static final int CONTACTS = 8000;
  private static final String ORGANIZATION = "7d0f7a0e-6f0b-4b7c-9c38-3a1c6f2f9a11";
  private static final String OUTDATED =
      "select count(*) from public.contacts where full_name like 'pd1.1.%'";
  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();

  @Test
  void goesOnWithWhatIsLeft() throws Exception {
    try (var up = up()) {
      assertThat(
              post(
                  "/rest/v1/organizations",
                  "{\"id\": \"%s\", \"slug\": \"large\", \"name\": \"Large\"}"
                      .formatted(ORGANIZATION)))
          .isEqualTo(201);
      for (int first = 0; first < CONTACTS; first += 1000) {
        assertThat(post("/rest/v1/contacts", contacts(first))).isEqualTo(201);
      }
      var rotation = Launched.start(folder, "keys", "rotate", "--personal-data");
      while (outdated() == CONTACTS) {
        Thread.sleep(5);
      }
      up.kill();
      assertThat(rotation.awaitEnd()).isEqualTo(1);
    }

    try (var _ = up()) {
      assertThat(outdated()).as("rows the first run left").isBetween(1, CONTACTS - 1);

      var rotated = Launched.run(folder, "keys", "rotate", "--personal-data");

      assertThat(rotated.getKey()).as(rotated.getValue()).isZero();
      assertThat(rotated.getValue()).contains("key version 2");
      assertThat(outdated()).isZero();
      assertThat(names())
          .isEqualTo(
              IntStream.range(0, CONTACTS).mapToObj(i -> "Name " + i).collect(Collectors.toSet()));
    }
  }

  /// Everybody's name, fetched as many at a time as the API gives.
  private Set<String> names() throws Exception {
    var names = new HashSet<String>();
    for (int offset = 0; offset < CONTACTS; offset += 1000) {
      var page =
          Http.get(
                  url("/rest/v1/contacts?select=full_name&order=id&limit=1000&offset=" + offset),
                  "apikey",
                  status("SERVICE_ROLE_KEY"))
              .body();
      for (var row : Json.parse(page).values()) {
        var name = row.get("full_name");
        names.add(name == null ? "" : name.getStringValue());
      }
    }
    return names;
  }

  private Launched up() throws Exception {
    var config = folder.resolve("stabbur.yml");
    Files.writeString(
        config,
        "stabbur:\n  migrations: " + TestServer.repository().resolve("supabase/migrations") + "\n");
    return Launched.start(
            folder, "up", "--port", Integer.toString(port), "--config", config.toString())
        .awaitReady();
  }

  private static String contacts(int first) {
    return IntStream.range(first, first + 1000)
        .mapToObj(
            i ->
                "{\"organization_id\": \"%s\", \"full_name\": \"Name %d\", \"email\": \"n%d@x.example\"}"
                    .formatted(ORGANIZATION, i, i))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private int post(String path, String body) throws Exception {
    return Http.post(
            url(path),
            body,
            "apikey",
            status("SERVICE_ROLE_KEY"),
            "Content-Type",
            "application/json")
        .statusCode();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  private int outdated() throws Exception {
    var url = URI.create(status("DB_URL"));
    var password = url.getUserInfo().substring(url.getUserInfo().indexOf(':') + 1);
    var login =
        new Login(
            "jdbc:postgresql://127.0.0.1:" + url.getPort() + url.getPath(),
            "postgres",
            Secret.of(password),
            1,
            Duration.ofSeconds(10));
    return Integer.parseInt(String.valueOf(TestPostgres.value(login, OUTDATED)));
  }

  /// What `status` would print; read without starting a process for it.
  private String status(String name) throws Exception {
    var running = new java.util.Properties();
    try (var in = Files.newBufferedReader(folder.resolve("data/running.properties"))) {
      running.load(in);
    }
    return running.getProperty(name);
  }
}

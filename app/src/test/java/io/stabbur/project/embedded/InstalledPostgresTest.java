package io.stabbur.project.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// An installed Postgres in place of the one in the jar.
class InstalledPostgresTest {
  private static final Secret PASSWORD = Secret.of("a password of the superuser");
  private static final Path BIN = io.stabbur.testing.InstalledPostgres.tools();

  private static int major() {
    return Integer.parseInt(String.valueOf(Objects.requireNonNull(BIN.getParent()).getFileName()));
  }

  private static String value(TestServer server, String sql) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> tx.first(Statement.of(sql), row -> String.valueOf(row.getString(1))).orElse(""));
  }

  private static void run(TestServer server, String sql) {
    try {
      server
          .project()
          .admin()
          .transaction(Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(sql)));
    } catch (ApiException e) {
      throw new AssertionError(sql + ": " + e.error(), e);
    }
  }

  @Test
  void itServesAProjectWithItsOwnExtensionsAndOursAndIsStartedAgain() throws Exception {
    var folder = TestServer.newFolder();
    var settings =
        Map.<String, Object>of(
            "stabbur.data", folder.toString(), "stabbur.postgres.binaries", BIN.toString());
    String secret;
    try (var server = TestServer.start(settings);
        var client = HttpClient.newHttpClient()) {
      assertThat(value(server, "show server_version_num")).startsWith(Integer.toString(major()));
      for (var extension : new String[] {"unaccent", "moddatetime", "pg_net", "pgmq", "pgjwt"}) {
        run(server, "create extension if not exists " + extension);
      }
      secret = value(server, "select vault.create_secret('kept', 'kept')");
      value(server, "select pgmq.create('q')");
      assertThat(value(server, "select pgmq.send('q', '{}')")).isEqualTo("1");
      var answer =
          client.send(
              HttpRequest.newBuilder(URI.create(server.url() + "/rest/v1/organizations?select=id"))
                  .header("apikey", server.project().keys().serviceRoleKey().reveal())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
    try (var server = TestServer.start(settings)) {
      assertThat(
              value(
                  server,
                  "select decrypted_secret from vault.decrypted_secrets where id = '"
                      + secret
                      + "'"))
          .isEqualTo("kept");
    }
    // `auto` takes the version that wrote the folder
    EmbeddedPostgres.start(
            folder,
            null,
            superuserPassword(folder),
            new PostgresPrograms(EmbeddedPostgres.OS_USER, PostgresPrograms.AUTO))
        .close();
    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, null, PASSWORD))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("was written by Postgres " + major())
        .hasMessageContaining("stabbur.postgres.binaries");
  }

  private static Secret superuserPassword(Path folder) throws Exception {
    var keys = Json.parse(Files.readString(folder.resolve("keys.json")));
    return Secret.of(Objects.requireNonNull(keys.get("superuser_password")).getStringValue());
  }

  @Test
  void aFolderOfAnotherVersionIsLeftAsItIs() throws Exception {
    var folder = TestServer.newFolder();
    DataTemplate.BASE.copyTo(folder);
    var before = Files.readString(folder.resolve("postgres/PG_VERSION"));
    var installed = new PostgresPrograms(EmbeddedPostgres.OS_USER, BIN.toString());
    if (!before.strip().equals(Integer.toString(major()))) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(folder, null, PASSWORD, installed))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining(
              "was written by Postgres %s and this is Postgres %d"
                  .formatted(before.strip(), major()));
    }
    try (var server = TestServer.start(Map.of("stabbur.data", folder.toString()))) {
      assertThat(value(server, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void aFolderWithoutProgramsIsRefusedByName() {
    var folder = TestServer.newFolder();
    assertThatThrownBy(
            () ->
                EmbeddedPostgres.start(
                    folder,
                    null,
                    PASSWORD,
                    new PostgresPrograms(EmbeddedPostgres.OS_USER, folder.toString())))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("no postgres and initdb of Postgres 15 to 18");
    assertThatThrownBy(() -> new PostgresPrograms("stabbur", "usr/bin"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("whole path");
  }
}

package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Login;
import io.stabbur.testing.Await;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The three commands that people empty a database with, while Stabbur serves it and while it is
/// stopped: the next start serves all of it again, and what the command is not for is still there.
@Tag("nightly")
class DestructiveCommandsTest {
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(10);
  private static final String ACCOUNT =
      "{\"email\": \"kari@example.org\", \"password\": \"korrekt hest batteri\"}";

  @TempDir Path project;
  private final Path data = TestServer.newFolder();
  private Login superuser;
  private Map<String, Object> settings;

  enum Command {
    RESET(false),
    DOWN(false),
    DROP_OWNED(true);

    /// Whether accounts outlive it; the other two are meant to remove them.
    private final boolean keepsAccounts;

    Command(boolean keepsAccounts) {
      this.keepsAccounts = keepsAccounts;
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    var migrations = Files.createDirectories(project.resolve("supabase/migrations"));
    Files.writeString(
        migrations.resolve("20260101000000_one.sql"),
        "create table public.one (a int); insert into public.one values (1);"
            + " grant select on public.one to service_role;");
    Files.writeString(
        migrations.resolve("20260102000000_two.sql"),
        "create table public.two (a int); grant select on public.two to service_role;");
    superuser = TestPostgres.newDatabase();
    settings =
        Map.of(
            "stabbur.data", data.toString(),
            "stabbur.migrations", migrations.toString(),
            "stabbur.storage.encrypt", "all",
            "stabbur.projects.default.database-url", superuser.url(),
            "stabbur.projects.default.admin-user", superuser.user(),
            "stabbur.projects.default.admin-password", superuser.password().reveal(),
            "stabbur.projects.default.api-password", superuser.password().reveal());
  }

  @AfterEach
  void remove() {
    DataFolders.delete(data);
  }

  @ParameterizedTest
  @EnumSource
  void whileItServesHealthIsTrueAndTheNextStartServesEverything(Command command) {
    try (var server = TestServer.start(settings)) {
      fill(server);

      run(command);

      Await.until(
          "health tells what is gone, or everything is served",
          TOLD_WITHIN,
          () -> health(server).contains("internal schema are gone") || servesEverything(server));
      Await.until(
          "health is true",
          TOLD_WITHIN,
          () -> health(server).contains("\"UP\"") == servesEverything(server));
    }
    nothingElseIsLost(command);
  }

  @ParameterizedTest
  @EnumSource
  void whileItIsStoppedTheNextStartServesEverything(Command command) {
    try (var server = TestServer.start(settings)) {
      fill(server);
    }

    run(command);

    nothingElseIsLost(command);
  }

  private static void fill(TestServer server) {
    assertThat(post(server, "/auth/v1/signup", ACCOUNT)).isEqualTo(200);
    assertThat(post(server, "/storage/v1/bucket", "{\"id\": \"papers\", \"name\": \"papers\"}"))
        .isEqualTo(200);
    assertThat(post(server, "/storage/v1/object/papers/a.txt", "what is written")).isEqualTo(200);
    assertThat(servesEverything(server)).isTrue();
  }

  private void run(Command command) {
    switch (command) {
      case RESET ->
          Node.supabase(project, "db", "reset", remote(), "--yes", "--output-format", "json");
      case DOWN ->
          Node.supabase(
              project,
              "migration",
              "down",
              "--last",
              "1",
              remote(),
              "--yes",
              "--output-format",
              "json");
      case DROP_OWNED -> TestPostgres.execute(superuser, "drop owned by postgres cascade");
    }
  }

  private String remote() {
    var login = TestPostgres.as("postgres", superuser);
    return "--db-url="
        + login
            .url()
            .replace(
                "jdbc:postgresql://",
                "postgresql://postgres:" + login.password().reveal().replace(" ", "%20") + "@")
        + "?sslmode=disable";
  }

  private void nothingElseIsLost(Command command) {
    try (var server = TestServer.start(settings)) {
      assertThat(health(server)).isEqualTo("{\"status\":\"UP\"}");
      assertThat(servesEverything(server)).isTrue();
      assertThat(get(server, "/rest/v1/one?select=a").body()).isEqualTo("[{\"a\":1}]");
      assertThat(get(server, "/rest/v1/two?select=a").body()).isEqualTo("[]");
      assertThat(get(server, "/storage/v1/object/papers/a.txt").body())
          .isEqualTo("what is written");
      assertThat(post(server, "/auth/v1/token?grant_type=password", ACCOUNT))
          .isEqualTo(command.keepsAccounts ? 200 : 400);
      assertThat(post(server, "/auth/v1/signup", ACCOUNT))
          .isEqualTo(command.keepsAccounts ? 422 : 200);
    }
  }

  /// One call of each API that reads what the schema keeps.
  private static boolean servesEverything(TestServer server) {
    return get(server, "/auth/v1/admin/users").statusCode() == 200
        && get(server, "/storage/v1/bucket").statusCode() == 200
        && get(server, "/storage/v1/object/papers/a.txt").body().equals("what is written")
        && get(server, "/rest/v1/one").statusCode() == 200;
  }

  private static String health(TestServer server) {
    return Http.get(server.url() + "/health").body();
  }

  private static java.net.http.HttpResponse<String> get(TestServer server, String path) {
    return Http.get(server.url() + path, "apikey", key(server));
  }

  private static int post(TestServer server, String path, String body) {
    return Http.post(
            server.url() + path,
            body,
            "apikey",
            key(server),
            "Content-Type",
            body.startsWith("{") ? "application/json" : "text/plain")
        .statusCode();
  }

  private static String key(TestServer server) {
    return server.project().keys().serviceRoleKey().reveal();
  }
}

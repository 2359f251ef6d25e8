package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  @TempDir Path project;
  private final Path data = TestServer.newFolder();
  private ServedDatabase database;

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
    ServedDatabase.writeMigration(migrations);
    Files.writeString(
        migrations.resolve("20260102000000_two.sql"),
        "create table public.two (a int); grant select on public.two to service_role;");
    database = new ServedDatabase(TestPostgres.newDatabase(), data, migrations);
  }

  @AfterEach
  void remove() {
    DataFolders.delete(data);
  }

  @ParameterizedTest
  @EnumSource
  void whileItServesHealthIsTrueAndTheNextStartServesEverything(Command command) {
    try (var server = database.start()) {
      server.fill();
      assertThat(servesEverything(server)).isTrue();

      run(command);

      Await.until(
          "health tells what is gone, or everything is served",
          TOLD_WITHIN,
          () -> server.health().contains("internal schema are gone") || servesEverything(server));
      Await.until(
          "health is true",
          TOLD_WITHIN,
          () -> server.health().contains("\"UP\"") == servesEverything(server));
    }
    nothingElseIsLost(command);
  }

  @ParameterizedTest
  @EnumSource
  void whileItIsStoppedTheNextStartServesEverything(Command command) {
    try (var server = database.start()) {
      server.fill();
      assertThat(servesEverything(server)).isTrue();
    }

    run(command);

    nothingElseIsLost(command);
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
      case DROP_OWNED -> TestPostgres.execute(database.login(), "drop owned by postgres cascade");
    }
  }

  private String remote() {
    var login = TestPostgres.as("postgres", database.login());
    return "--db-url="
        + login
            .url()
            .replace(
                "jdbc:postgresql://",
                "postgresql://postgres:" + login.password().reveal().replace(" ", "%20") + "@")
        + "?sslmode=disable";
  }

  private void nothingElseIsLost(Command command) {
    try (var server = database.start()) {
      assertThat(server.health()).isEqualTo(ServedDatabase.UP);
      assertThat(servesEverything(server)).isTrue();
      assertThat(server.get("/rest/v1/one?select=a").body()).isEqualTo(ServedDatabase.ONE);
      assertThat(server.get("/rest/v1/two?select=a").body()).isEqualTo("[]");
      assertThat(server.hasFile()).isTrue();
      assertThat(server.signIn(ServedDatabase.KARI)).isEqualTo(command.keepsAccounts ? 200 : 400);
      assertThat(server.signUp(ServedDatabase.KARI)).isEqualTo(command.keepsAccounts ? 422 : 200);
    }
  }

  /// One call of each API that reads what the schema keeps.
  private static boolean servesEverything(ServedDatabase.Served server) {
    return server.get("/auth/v1/admin/users").statusCode() == 200
        && server.get("/storage/v1/bucket").statusCode() == 200
        && server.hasFile()
        && server.get("/rest/v1/one").statusCode() == 200;
  }
}

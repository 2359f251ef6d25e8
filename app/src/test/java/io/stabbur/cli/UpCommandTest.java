package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.project.DatabaseUrl;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpCommandTest {
  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();

  @Test
  void startsReportsAndStopsWithNothingLeftBehind() throws Exception {
    try (var up = up().awaitReady()) {
      var keys = folder.resolve("data/keys.json");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
          .isEqualTo("rw-------");

      var env = Launched.run(folder, "status", "-o", "env");
      assertThat(env.getKey()).isZero();
      assertThat(env.getValue().lines())
          .allMatch(line -> line.matches("[A-Z0-9_]+=\"[^\"]+\""))
          .contains("API_URL=\"http://127.0.0.1:" + port + "\"", "PID=\"" + up.pid() + "\"")
          .anyMatch(line -> line.startsWith("DB_URL=\"postgresql://postgres:"))
          .anyMatch(line -> line.startsWith("SECRET_KEY=\"sb_secret_"));
      assertThat(health()).isEqualTo(200);

      assertThat(Launched.run(folder, "down").getKey()).isZero();
      assertThat(up.awaitEnd()).isEqualTo(143);
    }
    assertThat(postgresOf(folder)).isEmpty();
    assertThat(Launched.run(folder, "status").getValue()).contains("is not running");
  }

  @Test
  void busyPortIsOneSentence() throws Exception {
    try (var other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertRefused("Port " + other.getLocalPort() + " on 127.0.0.1 is in use");
    }
    assertThat(folder.resolve("data/postgres")).doesNotExist();
  }

  @Test
  void whatCannotBeUnderstoodIsOneSentence() throws Exception {
    assertThat(sentence("up", "--port", "99999"))
        .isEqualTo("stabbur: There is no port 99999; choose one with --port.");
    assertThat(sentence("up", "--host", "203.0.113.7"))
        .isEqualTo("stabbur: 203.0.113.7 is no address of this machine; check --host.");
    assertThat(sentence("org", "create", "Nord"))
        .isEqualTo(
            "stabbur: Missing required options: '--slug=<slug>', '--admin-email=<adminEmail>'; `stabbur org create --help` shows what there is.");
    assertThat(sentence("nonsense"))
        .startsWith("stabbur: Unmatched argument at index 0: 'nonsense'");
    assertThat(Launched.run(folder, "org", "member", "add", "--help").getValue())
        .contains("--password-stdin");
    assertThat(Launched.run(folder, "--version").getValue()).startsWith("stabbur ");
  }

  private String sentence(String... arguments) throws Exception {
    var refused = Launched.run(folder, arguments);
    assertThat(refused.getKey()).as(refused.getValue()).isPositive();
    return refused.getValue().strip();
  }

  @Test
  void folderThatCannotBeWrittenIsOneSentence() throws Exception {
    Files.writeString(folder.resolve("data"), "a file where the folder should be");

    assertRefused("cannot be written; check its owner and permissions");
  }

  @Test
  void dataFolderOfANewerPostgresIsOneSentence() throws Exception {
    Files.createDirectories(folder.resolve("data/postgres"));
    Files.writeString(folder.resolve("data/postgres/PG_VERSION"), "99\n");

    assertRefused("was written by Postgres 99 and this Stabbur brings Postgres 17");
  }

  @Test
  void aDemoThatOthersCouldReachIsRefused() throws Exception {
    try (var up = Launched.start(folder, "up", "--port", "" + port, "--demo", "--host=0.0.0.0")) {
      assertThat(up.awaitEnd()).isEqualTo(1);
      assertThat(up.errors()).contains("a password that everybody knows");
    }
    assertThat(folder.resolve("data/postgres")).doesNotExist();
  }

  @Test
  void unknownSettingIsOneSentence() throws Exception {
    var config = folder.resolve("wrong.yml");
    Files.writeString(config, "stabbur:\n  gateway:\n    require-api-keey: false\n");

    try (var up =
        Launched.start(folder, "up", "--port", "" + port, "--config", config.toString())) {
      assertThat(up.awaitEnd()).isEqualTo(1);
      assertThat(up.errors())
          .contains("Unknown setting: stabbur.gateway.require-api-keey")
          .doesNotContain("\tat ");
    }
    assertThat(postgresOf(folder)).isEmpty();
  }

  @Test
  void namesFromTheEnvironmentMakeNoProjectBesideThoseOfTheFile() throws Exception {
    var config = folder.resolve("one.yml");
    Files.writeString(config, "stabbur:\n  projects:\n    other:\n      api-connections: 3\n");
    var environment =
        Map.of(
            "PGRST_DB_POOL", "4",
            "GOTRUE_JWT_SECRET", "a secret that nobody knows, long enough for HS256");

    try (var up =
        Launched.startWithEnvironment(
                environment, folder, "up", "--port", "" + port, "--config", config.toString())
            .awaitReady()) {
      assertThat(up.errors())
          .contains("PGRST_DB_POOL has no effect", "GOTRUE_JWT_SECRET has no effect");
      assertThat(folder.resolve("data/projects/other/keys.json")).exists();
      assertThat(folder.resolve("data/keys.json")).doesNotExist();
    }
  }

  @Test
  void aValueOfAnotherKindIsOneSentence() throws Exception {
    assertThat(wrong("rest:\n    max-rows: many"))
        .startsWith(
            "stabbur: The setting stabbur.rest.max-rows is wrong: it must be a whole number.");
    assertThat(wrong("gateway:\n    access-log: maybe"))
        .startsWith("stabbur: The setting stabbur.gateway.access-log is wrong: it must be true or");
    assertThat(wrong("projects:\n    default:\n      connection-wait: long"))
        .contains("stabbur.projects.default.connection-wait is wrong: it must be a duration");
    assertThat(folder.resolve("data/postgres")).doesNotExist();
  }

  private String wrong(String settings) throws Exception {
    var config = Files.writeString(folder.resolve("wrong.yml"), "stabbur:\n  " + settings + "\n");
    return sentence("up", "--port", "" + port, "--config", config.toString());
  }

  @Test
  void aNoteOfAProcessThatIsGoneDoesNotHinderAStart() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    long stranger = ProcessHandle.current().pid();
    Files.writeString(folder.resolve("data/running.properties"), "PID=" + stranger + "\n");

    assertThat(Launched.run(folder, "down").getKey()).isZero();
    assertThat(ProcessHandle.current().isAlive()).isTrue();
    try (var up = up().awaitReady();
        var second =
            Launched.start(folder, "up", "--port", Integer.toString(TestServer.freePort()))) {
      assertThat(second.awaitEnd()).isEqualTo(1);
      assertThat(second.errors())
          .contains("already runs on the data folder", "process " + up.pid());
      assertThat(health()).isEqualTo(200);
      assertThat(Launched.run(folder, "status").getKey()).isZero();
    }
  }

  @Test
  void postgresThatDiesAloneIsStartedAgain() throws Exception {
    try (var up = up().awaitReady()) {
      postgresOf(folder).forEach(ProcessHandle::destroyForcibly);

      var limit = Instant.now().plus(Duration.ofSeconds(30));
      while (health() != 200 || postgresOf(folder).size() != 1) {
        assertThat(Instant.now()).isBefore(limit);
        Thread.sleep(200);
      }
      assertThat(up.output()).contains("Postgres has ended unexpectedly");
    }
    awaitNoPostgres();
  }

  @Test
  void thePasswordOfTheDatabaseUrlOpensNoSuperuser() throws Exception {
    try (var up = up().awaitReady()) {
      var env = Launched.run(folder, "status", "-o", "env").getValue();
      var url =
          DatabaseUrl.parse(
                  env.lines()
                      .filter(line -> line.startsWith("DB_URL="))
                      .findFirst()
                      .orElseThrow()
                      .replaceFirst("DB_URL=\"(.*)\"", "$1"))
              .login();

      assertThat(superuser(url.url(), "postgres", url.password().reveal())).isFalse();
      assertThatThrownBy(() -> superuser(url.url(), "supabase_admin", url.password().reveal()))
          .hasMessageContaining("password authentication failed");
      assertThat(up.errors()).isEmpty();
    }
  }

  @Test
  void sampleSecretsAreRefused() throws Exception {
    var config = folder.resolve("sample.yml");
    Files.writeString(
        config,
        "stabbur:\n  projects:\n    default:\n      jwt-secret: super-secret-jwt-token-with-at-least-32-characters-long\n");

    try (var up =
        Launched.start(folder, "up", "--port", "" + port, "--config", config.toString())) {
      assertThat(up.awaitEnd()).isEqualTo(1);
      assertThat(up.errors()).contains("is a sample or shorter than 32 bytes");
    }
  }

  private static boolean superuser(String url, String user, String password) throws SQLException {
    try (var connection = DriverManager.getConnection(url, user, password);
        var statement = connection.createStatement();
        var row =
            statement.executeQuery("select rolsuper from pg_roles where rolname = current_user")) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Test
  void afterAKillTheNextStartRecoversAndNoProcessIsLeft() throws Exception {
    try (var first = up().awaitReady()) {
      first.kill();
    }
    try (var second = up().awaitReady()) {
      assertThat(health()).isEqualTo(200);
      assertThat(postgresOf(folder)).hasSize(1);
    }
    awaitNoPostgres();
  }

  @Test
  void killedPostgresAndAll() throws Exception {
    try (var first = up().awaitReady()) {
      first.kill();
      postgresOf(folder).forEach(ProcessHandle::destroyForcibly);
    }
    try (var second = up().awaitReady()) {
      assertThat(health()).isEqualTo(200);
    }
  }

  private Launched up() throws IOException {
    return Launched.start(folder, "up", "--port", Integer.toString(port));
  }

  private void assertRefused(String sentence) throws Exception {
    try (var up = up()) {
      assertThat(up.awaitEnd()).isEqualTo(1);
      assertThat(up.errors()).contains(sentence).doesNotContain("\tat ");
    }
    assertThat(postgresOf(folder)).isEmpty();
  }

  private int health() throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  private void awaitNoPostgres() throws InterruptedException {
    var limit = Instant.now().plus(Duration.ofSeconds(20));
    while (!postgresOf(folder).isEmpty() && Instant.now().isBefore(limit)) {
      Thread.sleep(100);
    }
    assertThat(postgresOf(folder)).isEmpty();
  }

  /// The Postgres servers (not their children) that run on this test's folder.
  private static java.util.List<ProcessHandle> postgresOf(Path folder) {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .commandLine()
                    .map(
                        line ->
                            line.contains("bin/postgres -D " + folder.resolve("data"))
                                && !line.contains("postgres-supervisor"))
                    .orElse(false))
        .toList();
  }
}

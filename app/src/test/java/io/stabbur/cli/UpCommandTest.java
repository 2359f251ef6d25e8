package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.json.Json;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Http;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestPostgres;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;

/// The life of the server as a process. What a command only says before it ends is asked in this
/// JVM, which spares a launch.
@Timeout(120)
class UpCommandTest {
  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();

  @Test
  void startsByAFileOfSettingsAsForDevelopmentAndStopsWithNothingLeftBehind() throws Exception {
    DataTemplate.MIGRATED.copyTo(folder.resolve("data"));
    try (var up = up("--config", file("  gateway:\n    access-log: false\n")).awaitReady()) {
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
      assertThat(signUp().statusCode()).as("development, for only this machine").isEqualTo(200);
      assertThat(up.errors()).isEmpty();

      assertThat(Launched.run(folder, "down").getKey()).isZero();
      assertThat(up.awaitEnd()).isEqualTo(143);
    }
    assertThat(postgresOf(folder.resolve("data"))).isEmpty();
    assertThat(refusal("status", "--data", data())).contains("is not running");
  }

  @Test
  @Tag("nightly")
  void behindAPublicAddressASignUpWithoutAMailServerIsRefusedInPlainWords() throws Exception {
    DataTemplate.BASE.copyTo(folder.resolve("data"));
    try (var _ = up("--config", file("  public-url: https://api.example.org\n")).awaitReady()) {
      var refused = signUp();

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
      assertThat(refused.body()).contains("no mail server is set up");
    }
  }

  @Test
  void busyPortIsOneSentence() throws Exception {
    try (var other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertRefused("Port " + other.getLocalPort() + " on 127.0.0.1 is in use");
    }
    assertThat(folder.resolve("data/postgres")).doesNotExist();
  }

  @Test
  void whatCannotBeUnderstoodIsOneSentence() {
    assertThat(refusal("up", "--port", "99999", "--data", data()))
        .isEqualTo("stabbur: Port 99999 is not between 1 and 65535; choose one with --port.");
    assertThat(refusal("up", "--host", "203.0.113.7", "--data", data()))
        .isEqualTo("stabbur: 203.0.113.7 is no address of this machine; check --host.");
    assertThat(refusal("org", "create", "Nord"))
        .isEqualTo(
            "stabbur: Missing required options: '--slug=<slug>', '--admin-email=<adminEmail>';"
                + " `stabbur org create --help` shows what there is.");
    assertThat(refusal("nonsense"))
        .isEqualTo(
            "stabbur: Unknown command or argument: nonsense; `stabbur --help` shows what there"
                + " is.");
    assertThat(refusal("org", "lst"))
        .startsWith("stabbur: Unknown command or argument: lst (did you mean list?)");
    assertThat(refusal("status", "--dtaa", data())).startsWith("stabbur: Unknown option: --dtaa");
    assertThat(refusal("up", "--port", "many"))
        .startsWith("stabbur: Invalid value for option '--port': 'many' is not a whole number;");
    assertThat(refusal("up", "--config", folder.toString()))
        .isEqualTo(
            "stabbur: The configuration file %s cannot be read; check the path after --config."
                .formatted(folder));
    assertThat(refusal("status", "--data", folder.resolve("none").toString()))
        .startsWith("stabbur: The data folder " + folder.resolve("none") + " does not exist;");
  }

  @Test
  void everyCommandExplainsItself() {
    assertThat(Commands.run("", "org", "member", "add", "--help").output())
        .contains("--password-stdin");
    assertThat(Commands.run("", "org").output()).startsWith("Usage: stabbur org [-hV] COMMAND");
    var help = Commands.run("", "--help").output();
    Stabbur.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (!command.getCommandSpec().usageMessage().hidden()) {
                var what = command.getCommandSpec().usageMessage().description()[0];
                assertThat(help).containsPattern("(?m)^  " + name + "  ");
                assertThat(help.replaceAll("\\s+", " ")).contains(what.split("(?<=[.]) ", 2)[0]);
              }
            });
    assertThat(Commands.run("", "--version").output()).startsWith("stabbur ");
  }

  @Test
  void folderThatCannotBeWrittenIsOneSentence() throws Exception {
    Files.writeString(folder.resolve("data"), "a file where the folder should be");

    assertRefused("cannot be written; check its owner and permissions");
  }

  @Test
  void dataFolderOfANewerPostgresIsOneSentence() throws Exception {
    DataTemplate.BASE.copyTo(folder.resolve("data"));
    Files.writeString(folder.resolve("data/postgres/PG_VERSION"), "99\n");

    assertRefused("was written by Postgres 99 and this is Postgres 17");
  }

  @Test
  void aDemoThatOthersCouldReachIsRefused() {
    assertRefused("a password that everybody knows", "--demo", "--host=0.0.0.0");
    assertThat(folder.resolve("data/postgres")).doesNotExist();
  }

  @Test
  void aDemoWithAPublicAddressIsRefused() throws Exception {
    for (var lines :
        List.of(
            "  public-url: https://api.example.org\n",
            "  projects:\n    default:\n      public-url: http://192.0.2.7:54321\n")) {
      var config = Files.writeString(folder.resolve("public.yml"), "stabbur:\n" + lines);
      assertRefused("leave out --demo or the public URL", "--demo", "--config=" + config);
    }
    assertThat(folder.resolve("data/postgres")).doesNotExist();
  }

  @Test
  void unknownSettingIsOneSentence() throws Exception {
    assertThat(wrong("gateway:\n    require-api-keey: false"))
        .contains("Unknown setting: stabbur.gateway.require-api-keey");
  }

  @Test
  @Tag("nightly")
  void namesFromTheEnvironmentMakeNoProjectBesideThoseOfTheFile() throws Exception {
    var config = folder.resolve("one.yml");
    Files.writeString(config, "stabbur:\n  projects:\n    other:\n      api-connections: 3\n");
    var environment =
        Map.of(
            "PGRST_DB_POOL", "4",
            "GOTRUE_JWT_SECRET", "a secret that nobody knows, long enough for HS256");

    DataTemplate.BASE.copyTo(folder.resolve("data/projects/other"));
    try (var up =
        Launched.startWithEnvironment(
                environment, folder, "up", "--port", "" + port, "--config", config.toString())
            .awaitReady()) {
      assertThat(up.errors())
          .contains("PGRST_DB_POOL has no effect", "GOTRUE_JWT_SECRET has no effect");
      assertThat(folder.resolve("data/projects/other/postgres.log")).exists();
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
    return refusal("up", "--port", "" + port, "--config", config.toString(), "--data", data());
  }

  @Test
  @Tag("nightly")
  void aNoteOfAProcessThatIsGoneDoesNotHinderAStart() throws Exception {
    DataTemplate.BASE.copyTo(folder.resolve("data"));
    long stranger = ProcessHandle.current().pid();
    Files.writeString(folder.resolve("data/running.properties"), "PID=" + stranger + "\n");

    assertThat(Launched.run(folder, "down").getKey()).isZero();
    assertThat(ProcessHandle.current().isAlive()).isTrue();
    try (var up = up().awaitReady()) {
      assertThat(refusal("up", "--port", "" + TestServer.freePort(), "--data", data()))
          .contains("already runs on the data folder", "process " + up.pid());
      assertThat(health()).isEqualTo(200);
      assertThat(Commands.run("", "status", "--data", data()).code()).isZero();
    }
  }

  @Test
  void postgresThatDiesAloneIsStartedAgain() throws Exception {
    try (var server = TestServer.start(Map.of())) {
      var home = server.project().folder();
      postgresOf(home).forEach(ProcessHandle::destroyForcibly);

      var limit = Instant.now().plus(Duration.ofSeconds(30));
      while (health(server.url()) != 200 || postgresOf(home).size() != 1) {
        assertThat(Instant.now()).isBefore(limit);
        Thread.sleep(100);
      }
    }
  }

  @Test
  void thePasswordOfTheDatabaseUrlOpensNoSuperuser() throws Exception {
    var env = CommandServer.shared().run("status", "-o", "env");
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
  }

  @Test
  void theS3AddressOfStatusServesS3Clients() {
    var status = Json.parse(CommandServer.shared().run("status", "-o", "json"));
    try (var s3 =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(URI.create(text(status, "S3_URL")))
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        text(status, "S3_PROTOCOL_ACCESS_KEY_ID"),
                        text(status, "S3_PROTOCOL_ACCESS_KEY_SECRET"))))
            .build()) {
      s3.createBucket(r -> r.bucket("of-status"));

      assertThat(s3.listBuckets().buckets()).extracting(Bucket::name).contains("of-status");
      s3.deleteBucket(r -> r.bucket("of-status"));
    }
  }

  private static String text(JsonNode node, String name) {
    return Objects.requireNonNull(node.get(name)).getStringValue();
  }

  @Test
  void sampleSecretsAreRefused() throws Exception {
    assertThat(
            wrong(
                """
                development: false
                  projects:
                    default:
                      jwt-secret: super-secret-jwt-token-with-at-least-32-characters-long\
                """))
        .contains("is a sample or shorter than 32 bytes");
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
  @Tag("nightly")
  void afterAKillOfTheServerOrOfAllTheNextStartHasEveryAcknowledgedRow() throws Exception {
    DataTemplate.BASE.copyTo(folder.resolve("data"));
    try (var first = up().awaitReady()) {
      sql("create table public.kept (word text)");
      sql("insert into public.kept values ('before a kill of the server')");
      first.kill();
    }
    try (var second = up().awaitReady()) {
      assertThat(health()).isEqualTo(200);
      assertThat(postgresOf(folder.resolve("data"))).hasSize(1);
      sql("insert into public.kept values ('before a kill of all')");
      second.kill();
      postgresOf(folder.resolve("data")).forEach(ProcessHandle::destroyForcibly);
    }
    try (var _ = up().awaitReady()) {
      assertThat(health()).isEqualTo(200);
      assertThat(TestPostgres.value(login(), "select string_agg(word, ', ') from public.kept"))
          .isEqualTo("before a kill of the server, before a kill of all");
    }
    awaitNoPostgres();
  }

  private void sql(String sql) {
    TestPostgres.execute(login(), sql);
  }

  private Login login() {
    return DatabaseUrl.parse(status("DB_URL")).login();
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private static String refusal(String... arguments) {
    var ended = Commands.run("", arguments);
    assertThat(ended.code()).as(ended.output()).isPositive();
    assertThat(ended.errors()).doesNotContain("\tat ");
    return ended.errors().strip();
  }

  private Launched up(String... more) throws IOException {
    var arguments = Stream.concat(Stream.of("up", "--port", "" + port), Stream.of(more));
    return Launched.start(folder, arguments.toArray(String[]::new));
  }

  private String file(String settings) throws IOException {
    return Files.writeString(folder.resolve("stabbur.yml"), "stabbur:\n" + settings).toString();
  }

  private HttpResponse<String> signUp() {
    return Http.post(
        "http://127.0.0.1:" + port + "/auth/v1/signup",
        "{\"email\": \"kari@example.org\", \"password\": \"korrekt hest batteri\"}",
        "apikey",
        status("ANON_KEY"),
        "Content-Type",
        "application/json");
  }

  /// What `status` says of the running server.
  private String status(String name) {
    return text(
        Json.parse(Commands.run("", "status", "-o", "json", "--data", data()).output()), name);
  }

  private void assertRefused(String sentence, String... more) {
    var arguments = Stream.of("up", "--port", "" + port, "--data", data());
    assertThat(refusal(Stream.concat(arguments, Stream.of(more)).toArray(String[]::new)))
        .contains(sentence);
    assertThat(postgresOf(folder.resolve("data"))).isEmpty();
  }

  private int health() throws IOException, InterruptedException {
    return health("http://127.0.0.1:" + port);
  }

  private static int health(String url) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(url + "/health")).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  private void awaitNoPostgres() throws InterruptedException {
    var limit = Instant.now().plus(Duration.ofSeconds(20));
    while (!postgresOf(folder.resolve("data")).isEmpty() && Instant.now().isBefore(limit)) {
      Thread.sleep(100);
    }
    assertThat(postgresOf(folder.resolve("data"))).isEmpty();
  }

  /// The Postgres servers (not their children) that run on a data folder.
  private static List<ProcessHandle> postgresOf(Path data) {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .commandLine()
                    .map(
                        line ->
                            line.contains("bin/postgres -D " + data)
                                && !line.contains("postgres-supervisor"))
                    .orElse(false))
        .toList();
  }
}

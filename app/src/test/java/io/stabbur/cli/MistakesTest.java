package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What people get wrong in a configuration: each mistake stops the start with one sentence on
/// standard error that says what to do.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MistakesTest {
  private static final InstalledPostgres SERVER = InstalledPostgres.start();
  private static final String DATABASE = "127.0.0.1:" + SERVER.port();
  private static final String SUPERUSER =
      "postgres:" + SERVER.superuser().password().reveal().replace(" ", "%20");
  private final Path folder = TestServer.newFolder();

  @BeforeAll
  static void anotherLogin() {
    TestPostgres.execute(
        SERVER.superuser(), "create role other_login login password 'one that nobody sets'");
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        mistake("auth: {singup: true}", "did you mean stabbur.auth.signup?"),
        mistake("storrage: {region: x}", "did you mean stabbur.storage"),
        mistake("api: {max-rows: 5}", "did you mean stabbur.rest?"),
        mistake("auth: {jwt-expiry: 3600}", "did you mean stabbur.auth.token.life?"),
        mistake(
            "auth: {minimum-password-length: 8}", "did you mean stabbur.auth.password.min-length?"),
        mistake("jwt-secret: x", "did you mean stabbur.projects.default.jwt-secret?"),
        mistake("port: 80", "did you mean the option --port?"),
        mistake("smtp: {host: x}", "did you mean stabbur.auth.mail?"),
        mistake(
            "projects: {default: {pool-size: 5}}",
            "did you mean stabbur.projects.default.api-connections?"),
        mistake(
            "projects: {default: {database-ulr: x}}",
            "did you mean stabbur.projects.default.database-url?"),
        mistake(
            "projects: {default: {hosted-parts: [auth]}}",
            "hosted-parts needs hosted-url, the address of the hosted project"),
        mistake(
            "projects: {default: {hosted-url: 'https://ref.supabase.co', hosted-parts: [rest]}}",
            "hosted-parts has rest; the parts are auth, storage, realtime, functions"),
        mistake(
            "projects: {default: {hosted-url: 'http://ref.supabase.co'}}",
            "hosted-url must begin with https://"),
        mistake(
            "projects: {default: {hosted-url: 'https://ref.supabase.co/rest/v1'}}",
            "hosted-url must be the address of the hosted project alone"),
        mistake("nonsense: true", "Unknown setting: stabbur.nonsense. See config/stabbur.yml"),
        mistake(
            "rest: {max-rows: many}", "stabbur.rest.max-rows is wrong: it must be a whole number"),
        mistake("gateway: {access-log: perhaps}", "it must be true or false"),
        mistake("auth: {token: {life: soon}}", "it must be a duration such as 500ms, 10s or 1h"),
        mistake("realtime: {bus: {kind: kafka}}", "it must be one of postgres, redis, none"),
        mistake(
            "auth: {mail: {password: '${NOT_SET}'}}",
            "set the environment variable NOT_SET, or NOT_SET_FILE"),
        mistake("auth: {password: {cost: 16}}", "stabbur.auth.password.cost must be from 4 to 15"),
        mistake("public-url: 'api example org'", "stabbur.public-url is wrong"),
        mistake("backup: {at: '25:99'}", "backup.at"),
        mistake("backup: {zone: Mars/Olympus}", "backup.zone"),
        mistake("postgres: {os-user: '0'}", "stabbur.postgres.os-user must be the name of a user"),
        mistake(
            "postgres: {settings: [wal_level=minimal]}",
            "cannot set wal_level, which Stabbur depends on"),
        mistake("postgres: {settings: [port=5432]}", "use database-port of the project"),
        mistake("postgres: {settings: [nothing]}", "must look like work_mem=16MB"),
        mistake(
            "postgres: {access: [host all all all trust]}",
            "would let everybody in without a password"),
        mistake("postgres: {access: [everybody]}", "is no line of pg_hba.conf"),
        mistake(
            "postgres: {tls-certificate: /x.crt}", "tls-certificate and tls-key belong together"),
        mistake("postgres: {binaries: somewhere}", "must be `bundled`, `auto` or the whole path"),
        mistake(
            "projects: {default: {database-url: 'mysql://x/y'}}",
            "must look like postgresql://user:password@host:port/name"),
        mistake(
            "projects: {default: {database-url: 'postgresql://a%:b@h/x'}}",
            "write a percent sign as %25"),
        mistake(
            "projects: {default: {pooler-url: 'postgresql://a/x', read-urls:"
                + " ['postgresql://b/x']}}",
            "A project has a pooler-url or read-urls, not both"),
        mistake(
            "projects: {default: {jwt-secret: short}}", "set a secret of your own or leave it out"),
        mistake(
            "development: false, projects: {default: {jwt-secret:"
                + " super-secret-jwt-token-with-at-least-32-characters-long}}",
            "is a sample or shorter than 32 bytes"),
        mistake(
            "projects: {default: {database-url: 'postgresql://a:b@db.invalid/x'}}",
            "The host of the address is not known"),
        mistake(
            "projects: {default: {database-url: 'postgresql://postgres:wrong@"
                + DATABASE
                + "/postgres'}}",
            "refuses the password of this user"),
        mistake(
            "projects: {default: {api-user: other_login, api-password: wrong, database-url:"
                + " 'postgresql://"
                + SUPERUSER
                + "@"
                + DATABASE
                + "/postgres'}}",
            "set stabbur.projects.default.api-password"),
        mistake(
            "projects: {default: {database-url: 'postgresql://"
                + SUPERUSER
                + "@"
                + DATABASE
                + "/none'}}",
            "There is no database of this name"),
        mistake(
            "projects: {default: {database-url: 'postgresql://"
                + SUPERUSER
                + "@"
                + DATABASE
                + "/postgres?sslmode=require'}}",
            "speaks no TLS"),
        mistake(
            "projects: {default: {database-url: 'postgresql://"
                + SUPERUSER
                + "@"
                + DATABASE
                + "/postgres?target_session_attrs=sometimes'}}",
            "target_session_attrs"));
  }

  static Stream<Arguments> starts() {
    return Stream.of(
        Arguments.of(List.of("--port", "0"), "choose one with --port"),
        Arguments.of(List.of("--port", "99999"), "choose one with --port"),
        Arguments.of(List.of("--port", "many"), "'many' is not a whole number"),
        Arguments.of(List.of("--host", "192.0.2.1"), "is no address of this machine; check --host"),
        Arguments.of(List.of("--host", "nowhere.invalid"), "is not known; check --host"),
        Arguments.of(List.of("--config", "none.yml"), "check the path after --config"),
        Arguments.of(List.of("--profile", "staging"), "name that file with --config"),
        Arguments.of(List.of("--keys", "/nowhere"), "make the files with `stabbur keys generate`"),
        Arguments.of(List.of("--confg", "x"), "--help` shows what there is"));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aWrongSettingStopsTheStartWithASentence(String yaml, String words) throws IOException {
    var file = Files.writeString(folder.resolve("stabbur.yml"), "stabbur: {" + yaml + "}\n");

    assertSentence(words, "--config", file.toString());
  }

  @ParameterizedTest
  @MethodSource("starts")
  void aWrongStartIsToldInASentence(List<String> arguments, String words) {
    assertSentence(words, arguments.toArray(String[]::new));
  }

  @Test
  @Tag("nightly")
  void aStandbyIsTold() throws IOException {
    try (var standby = SERVER.standby()) {
      var file =
          Files.writeString(
              folder.resolve("stabbur.yml"),
              "stabbur: {projects: {default: {database-url: 'postgresql://%s@127.0.0.1:%d/postgres'}}}"
                  .formatted(SUPERUSER, standby.port()));

      assertSentence("is read-only, perhaps a standby", "--config", file.toString());
    }
  }

  @Test
  void aPortInUseIsTold() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertSentence(
          "is in use; stop what listens there or choose another with --port",
          "--port",
          Integer.toString(taken.getLocalPort()));
    }
  }

  @Test
  void aFileThatIsNoYamlIsTold() throws IOException {
    var file = Files.writeString(folder.resolve("stabbur.yml"), "stabbur:\n\tport: [\n");

    assertSentence("cannot be read as YAML", "--config", file.toString());
  }

  @Test
  void aDataFolderThatIsAFileIsTold() throws IOException {
    var file = Files.writeString(folder.resolve("data"), "");

    assertSentence("choose another with --data", "--data", file.toString());
  }

  private void assertSentence(String words, String... arguments) {
    var line = new ArrayList<>(List.of("up"));
    line.addAll(List.of(arguments));
    if (!line.contains("--port")) {
      line.addAll(List.of("--port", Integer.toString(TestServer.freePort())));
    }
    if (!line.contains("--data")) {
      line.addAll(List.of("--data", folder.resolve("data").toString()));
    }
    var errors = new ByteArrayOutputStream();
    var before = System.err;
    int code;
    try (var captured = new PrintStream(errors, true, StandardCharsets.UTF_8)) {
      System.setErr(captured);
      code = Stabbur.run(line.toArray(String[]::new));
    } finally {
      System.setErr(before);
      System.clearProperty("micronaut.config.files");
    }

    var told =
        errors
            .toString(StandardCharsets.UTF_8)
            .lines()
            .filter(each -> each.startsWith("stabbur: "))
            .toList();
    assertThat(code).isNotZero();
    assertThat(told).as(errors.toString(StandardCharsets.UTF_8)).hasSize(1);
    assertThat(told.getFirst()).contains(words).endsWith(".").doesNotContain("Exception");
  }

  private static Arguments mistake(String yaml, String words) {
    return Arguments.of(yaml, words);
  }
}

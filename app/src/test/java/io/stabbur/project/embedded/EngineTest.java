package io.stabbur.project.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The embedded Postgres for others than this process: addresses, TLS, settings, an installed
/// engine, a pooler.
@Tag("nightly")
class EngineTest {
  private static final Secret PASSWORD = Secret.of("a password of the tests");
  private static final PostgresPrograms PROGRAMS = PostgresPrograms.bundled("stabbur");
  private static final Engine ENGINE =
      new Engine(Path.of("/nowhere/bin"), Path.of("/nowhere/lib"), 17, "a Postgres of the tests");
  private static final String OUTSIDE = "127.0.0.2";
  private static final List<String> ACCESS = List.of("hostssl all all all scram-sha-256");
  private final Path folder = TestServer.newFolder();

  @Test
  void othersComeByTlsWithAPasswordAndNeverAsTheSuperuser() throws SQLException {
    try (var server =
        EmbeddedPostgres.start(folder, null, PASSWORD, open(Map.of("work_mem", "7MB")))) {
      makeRole(server);
      var root = folder.resolve("database-tls.crt");

      try (var inside = connect(server, "127.0.0.1", "visitor", "sslmode=disable")) {
        assertThat(one(inside, "show work_mem")).isEqualTo("7MB");
      }
      try (var outside =
          connect(server, OUTSIDE, "visitor", "sslmode=verify-ca&sslrootcert=" + root)) {
        assertThat(one(outside, "select ssl::text from pg_stat_ssl where pid = pg_backend_pid()"))
            .isEqualTo("true");
      }
      assertThatThrownBy(() -> connect(server, OUTSIDE, "visitor", "sslmode=disable"))
          .hasMessageContaining("no pg_hba.conf entry");
      assertThatThrownBy(
              () -> connect(server, OUTSIDE, EmbeddedPostgres.SUPERUSER, "sslmode=require"))
          .hasMessageContaining("rejects connection");
      assertThatThrownBy(() -> connect(server, OUTSIDE, "stranger", "sslmode=require"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void withoutAnAddressNobodyElseReachesIt() {
    try (var server = EmbeddedPostgres.start(folder, null, PASSWORD)) {
      assertThatThrownBy(() -> connect(server, OUTSIDE, "visitor", "sslmode=prefer"))
          .hasMessageContaining("refused");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shared_buffers | much | invalid value for parameter \"shared_buffers\": \"much\"",
        "shared_bufers | 1GB | unrecognized configuration parameter \"shared_bufers\"",
        "max_connections | 0 | is outside the valid range",
        "shared_preload_libraries | pg_nothing | could not access file \"pg_nothing\"",
      })
  void settingsWithWhichItDoesNotStartAreRefusedInPostgresOwnWords(
      String name, String value, String words) {
    var options =
        new EngineOptions(PROGRAMS, List.of(), List.of(), null, null, Map.of(name, value));

    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, null, PASSWORD, options))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(words)
        .hasMessageContaining("correct stabbur.postgres.settings");
    EmbeddedPostgres.start(folder, null, PASSWORD).close();
  }

  @Test
  void sizesFollowFromTheMemory() {
    assertThat(EngineConfiguration.text(1, ENGINE, EngineOptions.of(PROGRAMS), 1L << 30, ""))
        .contains("shared_buffers = '128MB'", "work_mem = '4MB'", "max_connections = '120'");
    assertThat(EngineConfiguration.text(1, ENGINE, EngineOptions.of(PROGRAMS), 16L << 30, ""))
        .contains("shared_buffers = '512MB'", "work_mem = '16MB'")
        .contains("effective_cache_size = '8192MB'");
    assertThat(
            EngineConfiguration.text(
                1,
                ENGINE,
                EngineOptions.of(PROGRAMS),
                1L << 30,
                "max_connections = '300'\nport = 5\n"))
        .contains("max_connections = '300'", "\nport = 1\n");
  }

  @Test
  void aCopyLoadsNothingThatRunsJobs() throws IOException {
    for (var library : new String[] {"pg_stat_statements", "pg_cron"}) {
      Files.writeString(folder.resolve(library + ".so"), "");
    }
    var engine = new Engine(folder, folder, 17, "a Postgres of the tests");
    var options = open(Map.of("shared_preload_libraries", "auto_explain, pg_cron"));
    assertThat(EngineConfiguration.text(1, engine, options, 1L << 30, ""))
        .contains("shared_preload_libraries = 'pg_stat_statements,pg_cron,auto_explain'");
    assertThat(EngineConfiguration.text(1, engine, options.withoutJobs(), 1L << 30, ""))
        .contains("shared_preload_libraries = 'pg_stat_statements,auto_explain'");
  }

  @Test
  void manyClientsShareFewConnectionsByThePooler() throws SQLException {
    int port = TestServer.freePort();
    var pooler =
        new TransactionPooler.Options(Path.of("/usr/sbin/pgbouncer"), "127.0.0.1", port, 2);
    try (var server = EmbeddedPostgres.start(folder, null, PASSWORD)) {
      makeRole(server);
      try (var _ = TransactionPooler.start(folder, pooler, server.port(), "stabbur", PASSWORD)) {
        var clients = new ArrayList<Connection>();
        var backends = new TreeSet<String>();
        try {
          for (int i = 0; i < 40; i++) {
            clients.add(pooled(port, "visitor"));
          }
          for (var client : clients) {
            backends.add(one(client, "select pg_backend_pid()::text"));
          }
        } finally {
          for (var client : clients) {
            client.close();
          }
        }
        assertThat(backends).hasSizeBetween(1, 2);
        assertThatThrownBy(() -> pooled(port, EmbeddedPostgres.SUPERUSER).isValid(1))
            .isInstanceOf(SQLException.class);
      }
      assertThatThrownBy(() -> pooled(port, "visitor")).hasMessageContaining("refused");
    }
  }

  @Test
  void aPoolerThatIsNotInstalledIsSaidSo() {
    var pooler = new TransactionPooler.Options(folder.resolve("none"), "127.0.0.1", 6543, 2);

    assertThatThrownBy(() -> TransactionPooler.start(folder, pooler, 1, "stabbur", PASSWORD))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("install the package pgbouncer");
  }

  private static EngineOptions open(Map<String, String> settings) {
    return new EngineOptions(PROGRAMS, List.of(OUTSIDE), ACCESS, null, null, settings);
  }

  private static void makeRole(EmbeddedPostgres server) throws SQLException {
    try (var superuser =
            connect(server, "127.0.0.1", EmbeddedPostgres.SUPERUSER, "sslmode=disable");
        var statement = superuser.createStatement()) {
      statement.execute("create role visitor login password 'a password of the tests'");
    }
  }

  private static Connection connect(
      EmbeddedPostgres server, String host, String user, String options) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%1$s:%2$d/postgres?localSocketAddress=%1$s&%3$s"
            .formatted(host, server.port(), options),
        user,
        PASSWORD.reveal());
  }

  private static Connection pooled(int port, String user) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/postgres?prepareThreshold=0&sslmode=disable"
            .formatted(port),
        user,
        PASSWORD.reveal());
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}

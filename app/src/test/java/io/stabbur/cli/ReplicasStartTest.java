package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Five processes of one project that start at once on an empty database: one migrates, and the
/// others wait without being ready. None of them ends.
@Tag("nightly")
class ReplicasStartTest {
  private static final int PROCESSES = 5;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration WATCHED = Duration.ofSeconds(3);

  /// The first migration goes on until the test lets go of this advisory lock.
  private static final String SLOW =
      """
      create table public.ran (what text);
      insert into public.ran values ('first');
      do $$ begin while not pg_try_advisory_xact_lock(4711) loop perform pg_sleep(0.05); end loop; end $$;
      """;

  @TempDir Path scratch = Path.of("");
  private @Nullable Connection connection;
  private final InstalledPostgres postgres = InstalledPostgres.start("max_connections = 300");
  private final List<Launched> processes = new ArrayList<>();
  private final List<Integer> ports =
      IntStream.range(0, PROCESSES).mapToObj(_ -> TestServer.freePort()).toList();

  @BeforeEach
  void prepare() throws IOException, InterruptedException {
    var migrations = Files.createDirectory(scratch.resolve("migrations"));
    Files.writeString(migrations.resolve("20260101000000_first.sql"), SLOW);
    Files.writeString(
        migrations.resolve("20260102000000_second.sql"),
        "insert into public.ran values ('second');");
    var generated = Launched.run(scratch, "keys", "generate", "--to", keys());
    assertThat(generated.getKey()).as(generated.getValue()).isZero();
    Files.write(
        scratch.resolve("replicas.yml"),
        List.of(
            "stabbur.public-url: 'http://127.0.0.1:%d'".formatted(ports.getFirst()),
            "stabbur.migrations: '%s'".formatted(migrations),
            "stabbur.projects.default.database-url: '%s'".formatted(postgres.databaseUrl())));
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    for (var process : processes) {
      process.close();
    }
    postgres.close();
  }

  private String keys() {
    return scratch.resolve("keys").toString();
  }

  private Launched launch(int port) throws IOException {
    return Launched.startWithHeap(
        "256m",
        scratch,
        "up",
        "--port",
        Integer.toString(port),
        "--data",
        scratch.resolve("data-" + port).toString(),
        "--keys",
        keys(),
        "--config",
        scratch.resolve("replicas.yml").toString());
  }

  @Test
  void oneMigratesAndTheOthersWaitWithoutBeingReady() throws Exception {
    var login = postgres.superuser();
    try (var own =
        DriverManager.getConnection(login.url(), login.user(), login.password().reveal())) {
      connection = own;
      assertThat(value("select pg_advisory_lock(4711) is null")).isEqualTo("f");
      for (int port : ports) {
        processes.add(launch(port));
      }
      Await.until("all have come to the migrations", LIMIT, () -> arrived() == PROCESSES);
      Await.until("one migrates", LIMIT, () -> migrating() == 1);
      long end = System.nanoTime() + WATCHED.toNanos();
      while (System.nanoTime() < end) {
        assertThat(migrating()).as("processes that migrate").isEqualTo(1);
        assertThat(ports).as("none is ready").noneMatch(ReplicasStartTest::isReady);
        assertThat(processes).allMatch(Launched::isAlive);
      }
      assertThat(value("select pg_advisory_unlock(4711)")).isEqualTo("t");
      for (int i = 0; i < PROCESSES; i++) {
        processes.get(i).awaitReady();
        assertThat(isReady(ports.get(i))).isTrue();
        assertThat(processes.get(i).errors() + processes.get(i).output())
            .doesNotContain("ERROR", "is retried");
      }

      assertThat(value("select string_agg(what, ',' order by what) from public.ran"))
          .isEqualTo("first,second");
      assertThat(value("select count(*) from supabase_migrations.schema_migrations"))
          .isEqualTo("2");
      assertThat(value("select count(*) from stabbur.flyway_history")).isEqualTo("2");
    }
  }

  /// Each process says which keys it has before it migrates.
  private int arrived() {
    return "t".equals(value("select (to_regclass('stabbur.personal_key_processes') is not null)"))
        ? Integer.parseInt(value("select count(*) from stabbur.personal_key_processes"))
        : 0;
  }

  private int migrating() {
    return Integer.parseInt(
        value(
            "select count(*) from pg_stat_activity where state = 'active' and query like"
                + " '%pg_try_advisory_xact_lock(4711)%' and pid <> pg_backend_pid()"));
  }

  private String value(String sql) {
    try (var statement = Objects.requireNonNull(connection).createStatement();
        var row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return String.valueOf(row.getString(1));
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private static boolean isReady(int port) {
    try {
      return Http.get("http://127.0.0.1:" + port + "/health/readiness").statusCode() == 200;
    } catch (AssertionError | RuntimeException _) {
      // nothing listens yet
      return false;
    }
  }
}

package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.FaultyProxy;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A process whose only database is away when it starts. `-Daway.seconds=600` for ten minutes.
@Tag("nightly")
class AwayDatabaseTest {
  private static final int SECONDS = Integer.getInteger("away.seconds", 10);

  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();
  private InstalledPostgres postgres;
  private FaultyProxy database;
  private Path config;

  @BeforeEach
  void prepare() throws Exception {
    postgres = InstalledPostgres.start();
    database = new FaultyProxy(postgres.port());
    database.become(FaultyProxy.Mode.REFUSE);
    config =
        Files.writeString(
            folder.resolve("stabbur.yml"),
            "stabbur: {projects: {default: {database-url: '%s'}}}\n"
                .formatted(
                    postgres.databaseUrl().replace(":" + postgres.port(), ":" + database.port())));
  }

  @AfterEach
  void end() throws Exception {
    database.close();
    postgres.close();
    DataFolders.delete(folder);
  }

  private Launched up() throws Exception {
    var up =
        Launched.start(
            folder,
            "up",
            "--port",
            Integer.toString(port),
            "--data",
            folder.resolve("data").toString(),
            "--config",
            config.toString());
    Await.until("listens", Duration.ofSeconds(60), () -> status("/health/liveness") == 200);
    return up;
  }

  private int status(String path) {
    try {
      return Http.get("http://127.0.0.1:" + port + path).statusCode();
    } catch (AssertionError | RuntimeException _) {
      return 0;
    }
  }

  @Test
  void itIsAwaitedAndThenServed() throws Exception {
    try (var up = up()) {
      assertThat(up.errors())
          .contains("project default is not served yet and is retried.")
          .contains("Nothing listens at this host and port");
      long limit = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      while (System.nanoTime() < limit) {
        assertThat(up.isAlive()).isTrue();
        assertThat(status("/health/liveness")).isEqualTo(200);
        assertThat(status("/health/readiness")).isEqualTo(503);
        Thread.sleep(1000);
      }
      database.become(FaultyProxy.Mode.PASS);
      up.awaitReady();
      assertThat(status("/health/readiness")).isEqualTo(200);
      var env =
          Launched.run(folder, "status", "--data", folder.resolve("data").toString(), "-o", "env");
      assertThat(env.getValue()).contains("SECRET_KEY=\"sb_secret_");
    }
  }

  @Test
  void theProcessIsStoppedAsUsual() throws Exception {
    try (var up = up()) {
      var down = Launched.run(folder, "down", "--data", folder.resolve("data").toString());
      assertThat(down.getKey()).as(down.getValue()).isZero();
      assertThat(up.awaitEnd()).isEqualTo(143);
    }
  }

  @Test
  void migrateEndsWithTheReason() throws Exception {
    var migrate =
        Launched.run(
            folder,
            "migrate",
            "--data",
            folder.resolve("data").toString(),
            "--config",
            config.toString());
    assertThat(migrate.getKey()).isEqualTo(1);
    assertThat(migrate.getValue()).contains("Nothing listens at this host and port");
  }
}

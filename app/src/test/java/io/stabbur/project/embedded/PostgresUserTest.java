package io.stabbur.project.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.FileOwner;
import io.stabbur.project.Project;
import io.stabbur.testing.PostgresAccount;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// As whom Postgres runs. As an ordinary user the tests show that it is that very user.
class PostgresUserTest {
  private static final boolean ROOT = PostgresAccount.isRoot();
  private static final Secret PASSWORD = Secret.of("a password of the tests");
  private static final String EXPECTED =
      ROOT ? EmbeddedPostgres.OS_USER : System.getProperty("user.name");

  @Test
  void postgresRunsAsAUserOfItsOwnAndNoOtherProgramReadsItsFiles() throws IOException {
    var project = TestServer.shared().project();
    var cluster = project.folder().resolve("postgres");

    assertThat(FileOwner.of(Path.of("/proc", pid(project))).name()).isEqualTo(EXPECTED);
    assertThat(FileOwner.of(cluster).name()).isEqualTo(EXPECTED).isNotEqualTo("nobody");
    assertThat(Files.getPosixFilePermissions(cluster))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    for (var file : List.of("keys.json", "postgres.log")) {
      assertThat(Files.getPosixFilePermissions(project.folder().resolve(file)))
          .as(file)
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void postgresGetsNothingOfTheEnvironmentThatCouldBeASecret() throws IOException {
    var environment =
        Files.readString(Path.of("/proc", pid(TestServer.shared().project()), "environ"));

    assertThat(environment.split("\0", -1))
        .allMatch(variable -> variable.matches("(PATH|LC_ALL|PWD|OLDPWD|SHLVL|_|PG\\w*)=.*|"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-such-user", "nobody", "root"})
  void rootIsToldWhatToDoWhereThereIsNoUserForPostgres(String name) throws IOException {
    var folder = TestServer.newFolder();
    if (ROOT) {
      assertThatThrownBy(
              () -> EmbeddedPostgres.start(folder, null, PASSWORD, PostgresPrograms.bundled(name)))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("stabbur.postgres.os-user");
    } else {
      assertThat(PostgresUser.of(folder, name)).isEqualTo(new PostgresUser.Same());
    }
  }

  @Test
  void rootIsToldWhereTheUserMayNotEnterTheFolder() throws IOException {
    var closed = TestServer.newFolder();
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    var folder = Files.createDirectory(closed.resolve("data"));
    if (ROOT) {
      assertThatThrownBy(() -> PostgresUser.of(folder, EmbeddedPostgres.OS_USER))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("may not enter");
    } else {
      assertThat(PostgresUser.of(folder, EmbeddedPostgres.OS_USER))
          .isEqualTo(new PostgresUser.Same());
    }
  }

  @Test
  @Tag("nightly")
  void aClusterOfAnotherUserIsTakenOver() throws Exception {
    var folder = TestServer.newFolder();
    EmbeddedPostgres.start(folder, null, PASSWORD).close();
    var cluster = folder.resolve("postgres");
    if (ROOT) {
      assertThat(
              new ProcessBuilder("chown", "-R", "nobody:nogroup", cluster.toString())
                  .start()
                  .waitFor())
          .isZero();
    }
    try (var _ = EmbeddedPostgres.start(folder, null, PASSWORD)) {
      for (var file : List.of("PG_VERSION", "base", "stabbur.conf", "postmaster.pid")) {
        assertThat(FileOwner.of(cluster.resolve(file)).name()).as(file).isEqualTo(EXPECTED);
      }
    }
  }

  @Test
  void rootFollowsNoLinkThatPostgresLeftInItsFolder() throws IOException {
    var folder = TestServer.newFolder();
    EmbeddedPostgres.start(folder, null, PASSWORD).close();
    var target = Files.writeString(folder.resolve("of-root"), "as it was");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    var settings = folder.resolve("postgres/stabbur.conf");
    Files.delete(settings);
    Files.createSymbolicLink(settings, target);
    if (ROOT) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(folder, null, PASSWORD))
          .isInstanceOf(StartFailure.class);
      assertThat(target).content().isEqualTo("as it was");
    } else {
      Files.delete(settings);
      EmbeddedPostgres.start(folder, null, PASSWORD).close();
      assertThat(settings).content().contains("listen_addresses = '127.0.0.1'");
    }
  }

  private static String pid(Project project) throws IOException {
    return Files.readAllLines(project.folder().resolve("postgres/postmaster.pid"))
        .getFirst()
        .strip();
  }
}

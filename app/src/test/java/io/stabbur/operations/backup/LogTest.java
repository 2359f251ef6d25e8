package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.operations.backup.RestoreRun.Bytes;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.project.StoreSettings;
import io.stabbur.project.embedded.PostgresPrograms;
import io.stabbur.storage.upkeep.StoredFiles;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The shipped log: restores to a moment and to a named point, and the proof of backups.
class LogTest {
  private static final Path PLACE = TestServer.newFolder().resolve("backups");
  private static TestServer server;
  private static Backups backups;
  private static Instant before;
  private static Instant quiet;

  /// A base backup, ten rows and a file, a recovery point; then a mistake, and a quiet time.
  @BeforeAll
  static void work() throws InterruptedException {
    server =
        TestServer.start(
            Map.of(
                "stabbur.backup.to", PLACE.toString(),
                "stabbur.backup.prove-every", "0s",
                "stabbur.backup.log-every", "1h"));
    backups = server.bean(Backups.class);
    run("create table public.kept (id int primary key)");
    var _ = post("/storage/v1/bucket", "application/json", "{\"name\":\"kept\"}");
    backups.make(server.project());
    run("insert into public.kept select generate_series(1, 10)");
    put("good");
    run("select stabbur.create_recovery_point('before the mistake')");
    before = Instant.now();
    Thread.sleep(20);
    run("delete from public.kept");
    put("bad");
    backups.ship(server.project());
    Thread.sleep(20);
    quiet = Instant.now();
    backups.ship(server.project());
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static int post(String path, String type, String body) {
    var key = server.project().keys().serviceRoleKey().reveal();
    return Http.post(
            server.url() + path,
            body,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "x-upsert",
            "true",
            "Content-Type",
            type)
        .statusCode();
  }

  private static void put(String text) {
    assertThat(post("/storage/v1/object/kept/file.txt", "text/plain", text)).isEqualTo(200);
  }

  private static void run(String sql) {
    server
        .project()
        .admin()
        .transaction(Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(sql)));
  }

  private static Repository repository() {
    return Repository.in(
        new StoreSettings.Folder(PLACE),
        "default/",
        RepositoryKey.ofMasterKey(server.project().keys().masterKey().reveal()));
  }

  /// What a restore brought back.
  private record State(long rows, String file) {}

  private static State restored(RestoreTarget target) throws IOException {
    var folder = TestServer.newFolder();
    var engine = Optional.of(server.project().folder().resolve("engine"));
    new RestoreRun(repository(), new StoredFiles(), PostgresPrograms.bundled("stabbur"), engine)
        .into(folder, target, Bytes.WRITTEN);
    try (var copy = server.bean(Projects.class).openCopy(server.project(), folder)) {
      return new State(count(copy), file(copy));
    }
  }

  private static long count(Project project) {
    return project
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx -> tx.first(Statement.of("select count(*) from public.kept"), row -> row.getLong(1)))
        .orElseThrow();
  }

  private static String file(Project project) {
    var texts = new ArrayList<String>();
    try (var superuser = Cluster.superuser(project);
        var store = new StoredFiles().open(project.store(), "default")) {
      superuser.transaction(
          Actor.of("supabase_admin"),
          Access.READ,
          tx -> {
            new StoredFiles()
                .owned(
                    tx,
                    version -> {
                      try (var in = store.read(version).orElseThrow()) {
                        texts.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    });
            return true;
          });
    }
    return String.join(",", texts);
  }

  @Test
  void aMistakeIsUndoneByARestoreToTheMomentBefore() throws IOException {
    assertThat(restored(new RestoreTarget.Moment(before))).isEqualTo(new State(10, "good"));
  }

  @Test
  void aNamedPointIsOneToGoBackTo() throws IOException {
    assertThat(restored(new RestoreTarget.Point("before the mistake")))
        .isEqualTo(new State(10, "good"));
  }

  @Test
  @Tag("nightly")
  void aQuietMomentAfterTheLastCommitIsTheEndOfTheLog() throws IOException {
    assertThat(restored(new RestoreTarget.Moment(quiet))).isEqualTo(new State(0, "bad"));
  }

  @Test
  @Tag("nightly")
  void theNewestStateHasWhatWasCommittedAfterTheBaseBackup() throws IOException {
    assertThat(restored(new RestoreTarget.Latest())).isEqualTo(new State(0, "bad"));
  }

  @Test
  void momentsOutsideTheBackupsAreRefused() {
    assertThatThrownBy(() -> restored(new RestoreTarget.Moment(Instant.now().plusSeconds(3600))))
        .isInstanceOf(DamagedException.class)
        .hasMessageStartingWith("The backups reach until");
    assertThatThrownBy(() -> restored(new RestoreTarget.Moment(Instant.EPOCH)))
        .isInstanceOf(DamagedException.class)
        .hasMessageStartingWith("The oldest backup is younger than");
    assertThatThrownBy(() -> restored(new RestoreTarget.Point("unheard of")))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("no recovery point unheard of");
  }

  @Test
  void aCopyMayNotWriteToTheBackupsOfItsSource() throws IOException {
    var folder = TestServer.newFolder();
    var engine = Optional.of(server.project().folder().resolve("engine"));
    new RestoreRun(repository(), new StoredFiles(), PostgresPrograms.bundled("stabbur"), engine)
        .into(folder, new RestoreTarget.Latest(), Bytes.CHECKED);
    var listed = listing();
    try (var copy = server.bean(Projects.class).openCopy(server.project(), folder)) {
      assertThatThrownBy(() -> backups.make(copy)).isInstanceOf(ApiException.class);
      assertThatThrownBy(() -> backups.ship(copy)).isInstanceOf(ApiException.class);
      assertThat(backups.status(copy).lastFailure())
          .contains("another Stabbur", "name a new folder");
    }
    assertThat(listing()).isEqualTo(listed);
  }

  private static List<String> listing() throws IOException {
    try (var files = Files.walk(PLACE)) {
      var all = new ArrayList<String>();
      for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
        all.add(file + " " + Files.getLastModifiedTime(file));
      }
      return all;
    }
  }

  @Test
  void anInterruptIsNoFailureOfTheLog() {
    var project = server.project();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> backups.ship(project)).isInstanceOf(ApiException.class);
    assertThat(Thread.interrupted()).isTrue();

    assertThat(new StatusRow(project).read().shippingFailure()).isNull();
    backups.ship(project);
  }
}

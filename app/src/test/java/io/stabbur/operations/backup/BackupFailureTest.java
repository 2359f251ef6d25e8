package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.operations.backup.RestoreRun.Bytes;
import io.stabbur.operations.backup.repository.FailingFolder;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.operations.backup.repository.StoreException;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.StoredFiles;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A store that fails while backups are written: what is restored afterwards is whole.
class BackupFailureTest {
  private static final RepositoryKey KEY = RepositoryKey.ofMasterKey("the key of these failures");
  private static TestServer server;
  private static Project project;

  private final FailingFolder store = new FailingFolder(TestServer.newFolder());
  private final Repository repository = store.repository(KEY);
  private final Work work = work();

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.backup.to", TestServer.newFolder().toString(),
                "stabbur.backup.prove-every", "0s",
                "stabbur.backup.log-every", "1h"));
    project = server.project();
    post("/storage/v1/bucket", "application/json", "{\"name\":\"kept\"}");
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static void post(String path, String type, String body) {
    var key = project.keys().serviceRoleKey().reveal();
    var answer =
        Http.post(
            server.url() + path,
            body,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            type);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static void upload() {
    post("/storage/v1/object/kept/" + UUID.randomUUID(), "text/plain", "text");
  }

  /// As another process would begin with this repository.
  private Work work() {
    return new Work(project, repository, new StoredFiles());
  }

  private void backUp() throws IOException {
    var chainFrom = work.ship().to();
    var backup =
        new BaseBackup(project, repository, new StoredFiles())
            .take(work.known(), chainFrom.toString());
    new Catalog("default", "writer", "1", List.of(backup), List.of()).write(repository);
    work.shipAfter(() -> backup);
  }

  private void isRefused(Predicate<String> failing) {
    store.failOn(failing);
    assertThatThrownBy(work::ship).isInstanceOf(StoreException.class);
    store.failOn(_ -> false);
  }

  private RestoreRun.Restored restored() throws IOException {
    var engine = Optional.of(project.folder().resolve("engine"));
    return new RestoreRun(repository, new StoredFiles(), "stabbur", engine)
        .into(TestServer.newFolder(), new RestoreTarget.Latest(), Bytes.CHECKED);
  }

  private static long objects() {
    return number("select count(*) from storage.objects where version is not null");
  }

  private static long number(String sql) {
    return project
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx -> tx.first(Statement.of(sql), row -> row.getLong(1)))
        .orElseThrow();
  }

  @Test
  void filesOfAPieceThatCouldNotBeWrittenAreNamedByTheNext() throws IOException {
    backUp();
    upload();
    isRefused(name -> name.contains("/wal."));
    upload();

    work.ship();

    assertThat(restored().files()).isEqualTo(objects());
  }

  @Test
  void filesOfAPieceAreStillNamedWhereTheStateCouldNotBeWritten() throws IOException {
    backUp();
    upload();
    isRefused(name -> name.equals("log/state"));
    upload();

    work.ship();

    assertThat(restored().files()).isEqualTo(objects());
  }

  @Test
  void aProcessThatEndsBetweenAPieceAndTheStateLosesNeitherFilesNorTheLog() throws IOException {
    backUp();
    upload();
    var before = LogState.read(repository).orElseThrow();
    var shipped = work.ship();
    before.write(repository);
    upload();

    var next = work().ship();

    assertThat(next.since()).isEqualTo(before.since());
    assertThat(LogPiece.read(repository, before.timeline(), before.to()).orElseThrow().to())
        .isEqualTo(shipped.to());
    assertThat(restored().files()).isEqualTo(objects());
  }
}

package io.stabbur.operations.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.functions.deploy.RemovedFiles;
import io.stabbur.operations.backup.RestoreRun.Bytes;
import io.stabbur.operations.backup.repository.FailingFolder;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.operations.backup.repository.StoreException;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ApplianceFiles;
import io.stabbur.project.PostgresSettings;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.Projects;
import io.stabbur.project.embedded.PostgresPrograms;
import io.stabbur.storage.upkeep.StoredFiles;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A store that fails while backups are written: what is restored afterwards is whole.
@Tag("nightly")
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
            .take(BaseBackup.placeholder(), work.known(), chainFrom.toString())
            .backup();
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
    return new RestoreRun(
            repository, new StoredFiles(), PostgresPrograms.bundled("stabbur"), engine)
        .into(TestServer.newFolder(), new RestoreTarget.Latest(), Bytes.CHECKED);
  }

  private static void run(String... statements) {
    project
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> {
              for (var sql : statements) {
                tx.update(Statement.of(sql));
              }
              return true;
            });
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

  /// The row of a file whose bytes are nowhere.
  private static void ghost(String name) {
    run(
        "insert into storage.objects (bucket_id, name, version) values ('kept', '%s', '%s')"
            .formatted(name, UUID.randomUUID()));
  }

  @Test
  void rowsWithoutBytesAreToldAndARestoreGoesOnWithoutThem() throws IOException {
    ghost("before the backup");
    try {
      upload();
      var chainFrom = work.ship().to();
      var taken =
          new BaseBackup(project, repository, new StoredFiles())
              .take(BaseBackup.placeholder(), work.known(), chainFrom.toString());
      new Catalog("default", "writer", "1", List.of(taken.backup()), List.of()).write(repository);
      work.shipAfter(() -> true);
      ghost("after the backup");
      upload();
      work.ship();

      var restored = restored();

      assertThat(taken.missing()).singleElement().asString().startsWith("kept/before the backup/");
      assertThat(Manifest.read(repository, taken.backup()).missing()).isEqualTo(taken.missing());
      assertThat(taken.backup().files()).isEqualTo(objects() - 3);
      assertThat(restored.lacking()).isEqualTo(2);
      assertThat(restored.files()).isEqualTo(objects() - 2);
      new StatusRow(project).succeeded(taken.backup(), taken.missing());
      assertThat(new StatusRow(project).read().missingFiles()).isEqualTo(taken.missing());
    } finally {
      run(
          "select set_config('storage.allow_delete_query', 'true', true)",
          "delete from storage.objects where name like '% the backup'");
    }
  }

  @Test
  void whatAFailedBackupHasStoredIsRemoved() throws IOException {
    backUp();
    var catalog = Catalog.read(repository).orElseThrow();
    var before = withoutLog(store.listObjects());
    upload();
    var begun = BaseBackup.placeholder();
    catalog.beginning(begun).write(repository);
    store.failOn(name -> name.endsWith("/manifest"));
    assertThatThrownBy(
            () ->
                new BaseBackup(project, repository, new StoredFiles())
                    .take(begun, work.known(), ""))
        .isInstanceOf(StoreException.class);
    store.failOn(_ -> false);
    assertThat(store.listObjects())
        .contains("backups/" + begun.id() + "/database.0")
        .anyMatch(name -> name.startsWith("files/") && !before.contains(name));

    var clean =
        new Expiry(repository, new Retention(Duration.ofDays(7), 4, 6, ZoneOffset.UTC))
            .run(Catalog.read(repository).orElseThrow(), Instant.now());

    assertThat(clean.expiring()).isEmpty();
    assertThat(clean.backups()).isEqualTo(catalog.backups());
    assertThat(withoutLog(store.listObjects())).isEqualTo(before);
  }

  private static Set<String> withoutLog(Set<String> names) {
    return names.stream().filter(name -> !name.startsWith("log/")).collect(toUnmodifiableSet());
  }

  @Test
  void aBackupThatFailedIsTriedAgainAfterAnHour() {
    var backups = server.bean(Backups.class);
    backups.make(project);
    int made = backups.list(project).size();
    run("update stabbur.backup_status set last_backup_at = now() - interval '2 days'");
    new StatusRow(project).failed("the store is full");

    backups.makeIfDue(project);
    assertThat(backups.list(project)).hasSize(made);

    run("update stabbur.backup_status set last_failure_at = now() - interval '61 minutes'");
    backups.makeIfDue(project);
    assertThat(backups.list(project)).hasSize(made + 1);
  }

  @Test
  void aRehearsalThatFailedIsTriedAgainAfterSixHours() {
    server.bean(Backups.class).make(project);
    var monthly = backupsWithoutAny();
    new StatusRow(project).unproven("no room");

    monthly.proveIfDue(project);
    assertThat(new StatusRow(project).read().lastProofFailure()).isEqualTo("no room");

    run("update stabbur.backup_status set last_proof_failure_at = now() - interval '361 minutes'");
    assertThatThrownBy(() -> monthly.proveIfDue(project)).isInstanceOf(ApiException.class);
    assertThat(new StatusRow(project).read().lastProofFailure()).contains("There is no backup");
  }

  /// In an empty place, rehearsed by the clock.
  private static Backups backupsWithoutAny() {
    var usual = server.bean(BackupSettings.class);
    var settings =
        new BackupSettings(
            TestServer.newFolder().toString(),
            usual.key(),
            usual.endpoint(),
            usual.region(),
            usual.accessKeyId(),
            usual.secretAccessKey(),
            usual.pathStyle(),
            usual.at(),
            usual.zone(),
            usual.logEvery(),
            usual.window(),
            usual.weeks(),
            usual.months(),
            Duration.ofDays(30));
    return new Backups(
        settings,
        server.bean(ProjectFiles.class),
        server.bean(Projects.class),
        server.bean(PostgresSettings.class),
        server.bean(OrganizationSchemas.class));
  }

  @Test
  void aLogThatBeganAnewWhileABackupWasMadeAsksForAnother() {
    var backups = server.bean(Backups.class);
    backups.make(project);
    int made = backups.list(project).size();
    backups.makeIfDue(project);
    assertThat(backups.list(project)).hasSize(made);

    // begun before the log that is shipped now, ended after it began
    run("update stabbur.backup_status set last_backup = '20200101T000000000Z'");
    backups.makeIfDue(project);

    assertThat(backups.list(project)).hasSize(made + 1);
  }

  @Test
  void aHoldIsRenewedByTheClockAndEndsWithoutTheHoldOfOthers() {
    var status = new StatusRow(project);
    var held =
        "select count(bytes_held_until) * 10 + count(bytes_held_by_backup_until) from"
            + " stabbur.backup_status";
    status.holdBytes();
    try (var hold = new BytesHold(status, Duration.ofMillis(20))) {
      assertThat(hold).isNotNull();
      run("update stabbur.backup_status set bytes_held_by_backup_until = null");
      Await.until("the hold is renewed", () -> number(held) == 11);
      assertThat(number("select (stabbur_storage.removals_due() = '-infinity')::int")).isOne();
    }

    assertThat(number(held)).isEqualTo(10);
    run("update stabbur.backup_status set bytes_held_until = null");
  }

  @Test
  void filesOfDeployedFunctionsAreBackedUpAndRemovedAsLateAsOthers() throws IOException {
    var key = "functions/hello/" + UUID.randomUUID();
    var files = server.bean(ApplianceFiles.class);
    for (var each : List.of(key, key + "-cache")) {
      files.write(project, each, new ByteArrayInputStream("code".getBytes(UTF_8)), 4);
    }
    run(
        "insert into stabbur.functions (slug, name, verify_jwt) values ('hello', 'hello', true)",
        "insert into stabbur.function_versions (slug, version, entrypoint, files, sha256,"
            + " deno_version, bundle_key, bundle_bytes, cache_key, cache_bytes) values ('hello', 1,"
            + " 'index.ts', '[]', '', '2', '%s', 4, '%s-cache', 4)".formatted(key, key));
    backUp();
    var folder = TestServer.newFolder();
    var engine = Optional.of(project.folder().resolve("engine"));

    var restored =
        new RestoreRun(repository, new StoredFiles(), PostgresPrograms.bundled("stabbur"), engine)
            .into(folder, new RestoreTarget.Latest(), Bytes.WRITTEN);

    assertThat(restored.files()).isEqualTo(objects() + 2);
    try (var written = Files.walk(folder.resolve("objects"))) {
      assertThat(written.map(Path::toString).filter(path -> path.contains(".appliance/default")))
          .anyMatch(path -> path.contains(key));
    }
    var removed = server.bean(RemovedFiles.class);
    run(
        "update stabbur.backup_status set bytes_kept = '15 minutes'",
        "delete from stabbur.functions where slug = 'hello'");
    removed.sweep(project);
    try (var kept = files.read(project, key, 4)) {
      assertThat(kept.readAllBytes()).isEqualTo("code".getBytes(UTF_8));
    }
    run("update stabbur.backup_status set bytes_kept = '0'");
    removed.sweep(project);
    assertThatThrownBy(() -> files.read(project, key, 4))
        .isInstanceOf(NoSuchElementException.class);
    assertThat(number("select count(*) from stabbur.function_file_removals")).isZero();
  }
}

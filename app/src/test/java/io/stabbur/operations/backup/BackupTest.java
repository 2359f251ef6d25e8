package io.stabbur.operations.backup;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.stabbur.operations.backup.RestoreRun.Bytes;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.StoreSettings;
import io.stabbur.project.embedded.PostgresPrograms;
import io.stabbur.storage.upkeep.StoredFiles;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Backups of a project that is being written to, and what restores make of them.
class BackupTest {
  private static final Path PLACE = TestServer.newFolder().resolve("backups");
  private static final Map<String, String> FILES =
      Map.of("a/one.txt", "one", "a/empty.txt", "", "b/large.bin", "0123456789".repeat(200_000));
  private static final Set<Integer> COMMITTED = new ConcurrentSkipListSet<>();
  private static TestServer server;
  private static Set<Integer> before = Set.of();
  private static Backup backup;

  @BeforeAll
  static void backUpWhileRowsAreWritten() throws InterruptedException {
    server =
        TestServer.start(
            Map.of("stabbur.backup.to", PLACE.toString(), "stabbur.backup.prove-every", "0s"));
    run(server.project(), "create table public.written (id int primary key, words text)");
    upload();
    var on = new AtomicBoolean(true);
    var project = server.project();
    var writer = Thread.ofVirtual().start(() -> write(project, on));
    while (COMMITTED.size() < 100) {
      Thread.sleep(5);
    }
    before = new TreeSet<>(COMMITTED);
    backup = server.bean(Backups.class).make(server.project());
    on.set(false);
    writer.join();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static void write(Project project, AtomicBoolean on) {
    for (int id = 0; on.get(); id++) {
      int row = id;
      project
          .admin()
          .transaction(
              Actor.of("postgres"),
              Access.WRITE,
              tx -> tx.update(Statement.of("insert into public.written values (?, 'words')", row)));
      COMMITTED.add(row);
    }
  }

  private static void upload() {
    var key = server.project().keys().serviceRoleKey().reveal();
    assertThat(
            Http.post(
                    server.url() + "/storage/v1/bucket",
                    "{\"name\":\"kept\"}",
                    "apikey",
                    key,
                    "Authorization",
                    "Bearer " + key,
                    "Content-Type",
                    "application/json")
                .statusCode())
        .isEqualTo(200);
    FILES.forEach((name, bytes) -> assertThat(put(name, bytes)).isEqualTo(200));
  }

  private static int put(String name, String bytes) {
    var key = server.project().keys().serviceRoleKey().reveal();
    return Http.post(
            server.url() + "/storage/v1/object/kept/" + name,
            bytes,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "text/plain")
        .statusCode();
  }

  private static String file(TestServer from, String name) {
    var key = from.project().keys().serviceRoleKey().reveal();
    var answer =
        Http.get(
            from.url() + "/storage/v1/object/kept/" + name,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key);
    assertThat(answer.statusCode()).as(name).isEqualTo(200);
    return answer.body();
  }

  private static void run(Project project, String sql) {
    project
        .admin()
        .transaction(Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(sql)));
  }

  private static List<Integer> rows(Project project) {
    return project
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx ->
                tx.list(
                    Statement.of("select id from public.written order by id"),
                    row -> row.getInt(1)));
  }

  private static Repository repository(RepositoryKey key) {
    return Repository.in(new StoreSettings.Folder(PLACE), "default/", key);
  }

  private static RepositoryKey key() {
    return RepositoryKey.ofMasterKey(server.project().keys().masterKey().reveal());
  }

  private static RestoreRun run(Repository repository) {
    var engine = server.project().folder().resolve("engine");
    return new RestoreRun(
        repository, new StoredFiles(), PostgresPrograms.bundled("stabbur"), Optional.of(engine));
  }

  private static RestoreRun.Restored restore(Path folder, RepositoryKey key) throws IOException {
    return run(repository(key)).into(folder, new RestoreTarget.Latest(), Bytes.WRITTEN);
  }

  @Test
  void everyRowCommittedBeforeAndEveryFileComeBackInANewFolder() throws IOException {
    var folder = TestServer.newFolder();

    var restored = restore(folder, key());

    assertThat(restored.files()).isEqualTo(FILES.size());
    try (var copy = TestServer.start(Map.of("stabbur.data", folder.toString()))) {
      var rows = rows(copy.project());
      assertThat(rows).containsAll(before);
      assertThat(COMMITTED).containsAll(rows.subList(0, rows.size() - 1));
      FILES.forEach((name, bytes) -> assertThat(file(copy, name)).isEqualTo(bytes));
      assertThat(copy.project().keys().jwtSecret()).isEqualTo(server.project().keys().jwtSecret());
    }
  }

  @Test
  @Tag("nightly")
  void aRestoredCopyIsBackedUpAndRestoredAgain() throws IOException {
    var folder = TestServer.newFolder();
    var _ = restore(folder, key());
    var again = TestServer.newFolder();
    var elsewhere = TestServer.newFolder();
    try (var copy =
        TestServer.start(
            Map.of(
                "stabbur.data", folder.toString(),
                "stabbur.backup.to", elsewhere.toString(),
                "stabbur.backup.prove-every", "0s"))) {
      assertThat(copy.bean(Backups.class).make(copy.project()).timeline()).isEqualTo(2);
      run(copy.project(), "insert into public.written values (-1, 'after')");
      var _ = copy.bean(Backups.class).ship(copy.project());
    }

    var _ =
        run(Repository.in(new StoreSettings.Folder(elsewhere), "default/", key()))
            .into(again, new RestoreTarget.Latest(), Bytes.WRITTEN);

    try (var copy = TestServer.start(Map.of("stabbur.data", again.toString()))) {
      assertThat(rows(copy.project())).contains(-1).containsAll(before);
      FILES.forEach((name, bytes) -> assertThat(file(copy, name)).isEqualTo(bytes));
    }
  }

  @Test
  void anotherKeyIsRefusedBeforeAnythingIsWritten() {
    var folder = TestServer.newFolder().resolve("new");

    assertThatThrownBy(() -> restore(folder, RepositoryKey.ofMasterKey("x".repeat(40))))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("sealed with the key " + key().fingerprint());
    assertThat(folder).doesNotExist();
  }

  /// What may become of a repository on its way through the years, by name.
  private static Map<String, Damage> damages() {
    var damages = new LinkedHashMap<String, Damage>();
    damages.put("a changed archive", place -> change(database(place)));
    damages.put("an archive cut short", place -> cut(database(place)));
    damages.put("a lost archive", place -> Files.delete(database(place)));
    damages.put(
        "an archive under another name", place -> swap(database(place), files(place).get(0)));
    damages.put("a changed catalog", place -> change(place.resolve("default/catalog")));
    damages.put("a lost catalog", place -> Files.delete(place.resolve("default/catalog")));
    damages.put("a lost manifest", place -> Files.delete(inBackup(place, "manifest")));
    damages.put("changed keys", place -> change(place.resolve("default/keys")));
    damages.put("a changed file", place -> change(files(place).getFirst()));
    damages.put("a file cut short", place -> cut(files(place).getFirst()));
    damages.put("a lost file", place -> Files.delete(files(place).getFirst()));
    damages.put("two files exchanged", place -> swap(files(place).get(0), files(place).get(1)));
    damages.put("a changed list of files", place -> change(inBackup(place, "files.0")));
    damages.put(
        "keys of another repository",
        place ->
            Files.copy(
                place.resolve("default/catalog"), place.resolve("default/keys"), REPLACE_EXISTING));
    return damages;
  }

  private interface Damage {
    void to(Path place) throws IOException;
  }

  private static Path database(Path place) {
    return inBackup(place, "database.0");
  }

  private static Path inBackup(Path place, String name) {
    return place.resolve("default/backups/" + backup.id()).resolve(name);
  }

  private static List<Path> files(Path place) throws IOException {
    try (var files = Files.walk(place.resolve("default/files"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void change(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private static void cut(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
  }

  private static void swap(Path one, Path other) throws IOException {
    var bytes = Files.readAllBytes(one);
    Files.copy(other, one, REPLACE_EXISTING);
    Files.write(other, bytes);
  }

  private static Path copyOfThePlace() throws IOException {
    var copy = TestServer.newFolder();
    try (var files = Files.walk(PLACE)) {
      for (var file : files.toList()) {
        Files.copy(file, copy.resolve(PLACE.relativize(file).toString()), REPLACE_EXISTING);
      }
    }
    return copy;
  }

  @TestFactory
  List<DynamicTest> aDamagedRepositoryIsRefusedAndNothingStays() {
    return damages().entrySet().stream()
        .map(damage -> dynamicTest(damage.getKey(), () -> isRefused(damage.getValue())))
        .toList();
  }

  private static void isRefused(Damage damage) throws IOException {
    var place = copyOfThePlace();
    damage.to(place);
    var folder = TestServer.newFolder();
    var repository = Repository.in(new StoreSettings.Folder(place), "default/", key());

    assertThatThrownBy(
            () -> run(repository).into(folder, new RestoreTarget.Latest(), Bytes.WRITTEN))
        .isInstanceOf(DamagedException.class);
    assertThat(folder).isEmptyDirectory();
    DataFolders.delete(place);
  }

  @Test
  void aFolderThatHoldsSomethingIsRefused() throws IOException {
    var folder = TestServer.newFolder();
    Files.writeString(folder.resolve("mine"), "mine");

    assertThatThrownBy(() -> restore(folder, key()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty (it has mine)");
    assertThat(folder).isDirectoryContaining("glob:**mine");
  }

  @Test
  void theRepositoryHoldsNoNameAndNoWordOfAnybody() throws IOException {
    try (var files = Files.walk(PLACE)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readAllBytes(file))
            .asString()
            .doesNotContain("one.txt", "words", "sb_secret_");
        assertThat(file.toString()).doesNotContain("one.txt");
      }
    }
  }

  @Test
  void metricsSayWhenTheLastBackupEnded() {
    var key = server.project().keys().secretKey().reveal();
    var metrics = Http.get(server.url() + "/metrics", "Authorization", "Bearer " + key).body();

    assertThat(metrics)
        .containsPattern(
            "stabbur_backup_last_success_timestamp_seconds\\{project=\"default\"\\} 1\\.\\d+E9")
        .as("the clock rehearses nothing here")
        .doesNotContain("stabbur_backup_last_restore_proof_timestamp_seconds")
        .contains("stabbur_backup_log_shipped_timestamp_seconds{project=\"default\"}");
  }

  @Test
  void aBackupIsListedWithWhatItHolds() {
    assertThat(server.bean(Backups.class).list(server.project())).contains(backup);
    assertThat(backup.files()).isEqualTo(FILES.size());
    assertThat(server.bean(Backups.class).status(server.project()).lastBackupAt())
        .isEqualTo(backup.endedAt());
  }
}

package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.operations.backup.RestoreRun.Bytes;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.StoreSettings;
import io.stabbur.project.embedded.PostgresPrograms;
import io.stabbur.storage.upkeep.StoredFiles;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What was written last is in the backups: of a database at rest, and of a server that was stopped
/// in good order and whose disk is gone.
class LastWritesTest {
  private final Path place = TestServer.newFolder().resolve("backups");

  private TestServer start() {
    return TestServer.start(
        Map.of(
            "stabbur.backup.to", place.toString(),
            "stabbur.backup.prove-every", "0s",
            "stabbur.backup.log-every", "1h"));
  }

  private static void run(Project project, String sql) {
    project
        .admin()
        .transaction(Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(sql)));
  }

  private static String key(TestServer server) {
    return server.project().keys().masterKey().reveal();
  }

  /// The rows of `public.written` in the newest state, with nothing left of the server itself.
  private List<String> restored(String masterKey) throws IOException {
    var folder = TestServer.newFolder();
    var repository =
        Repository.in(
            new StoreSettings.Folder(place), "default/", RepositoryKey.ofMasterKey(masterKey));
    var _ =
        new RestoreRun(
                repository,
                new StoredFiles(),
                PostgresPrograms.bundled("stabbur"),
                Optional.empty())
            .into(folder, new RestoreTarget.Latest(), Bytes.WRITTEN);
    try (var copy = TestServer.start(Map.of("stabbur.data", folder.toString()))) {
      return copy.project()
          .admin()
          .transaction(
              Actor.of("postgres"),
              Access.READ,
              tx ->
                  tx.list(
                      Statement.of("select words from public.written order by words"),
                      row -> row.getString(1)));
    }
  }

  @Test
  @Tag("nightly")
  void aDatabaseAtRestIsCompleteAtOnce() throws IOException {
    String key;
    try (var server = start()) {
      key = key(server);
      run(server.project(), "create table public.written as select 'before' as words");
      server.bean(Backups.class).make(server.project());
    }

    assertThat(restored(key)).containsExactly("before");
  }

  @Test
  void whatWasWrittenBeforeAStopInGoodOrderIsThere() throws IOException {
    String key;
    try (var server = start()) {
      key = key(server);
      run(server.project(), "create table public.written as select 'before' as words");
      server.bean(Backups.class).make(server.project());
      run(server.project(), "insert into public.written values ('marker')");
    }

    assertThat(restored(key)).containsExactly("before", "marker");
  }
}

package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.StoreSettings;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A backup is proven by restoring it, and only a whole one is.
class RehearsalTest {
  private static final Path PLACE = TestServer.newFolder().resolve("backups");

  @Test
  void onlyAWholeBackupIsProven() throws IOException {
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.backup.to", PLACE.toString(),
                "stabbur.backup.prove-every", "0s",
                "stabbur.backup.log-every", "1h"))) {
      var backups = server.bean(Backups.class);
      var project = server.project();
      project
          .admin()
          .transaction(
              Actor.of("postgres"),
              Access.WRITE,
              tx -> {
                tx.update(
                    Statement.of("create table public.kept as select generate_series(1, 9) id"));
                return tx.update(Statement.of("select pg_stat_force_next_flush()"));
              });
      var backup = backups.make(project);
      assertThat(backups.status(project).lastProofAt()).isNull();

      var proven = backups.prove(project);

      assertThat(proven.backup()).isEqualTo(backup);
      assertThat(proven.tables()).isGreaterThan(20);
      var provenAt = backups.status(project).lastProofAt();
      assertThat(provenAt).isAfter(backup.endedAt());
      assertThat(project.folder().resolve("restore-rehearsal")).doesNotExist();

      var repository =
          Repository.in(
              new StoreSettings.Folder(PLACE),
              "default/",
              RepositoryKey.ofMasterKey(project.keys().masterKey().reveal()));
      otherRows(repository, backup);
      refuses(backups, server, "another number of rows in public.kept");
      sameRows(repository, backup);
      otherKeys(repository);
      refuses(backups, server, "keys");
      assertThat(backups.status(project).lastProofAt()).isEqualTo(provenAt);
    }
  }

  private static void refuses(Backups backups, TestServer server, String why) {
    assertThatThrownBy(() -> backups.prove(server.project())).isInstanceOf(ApiException.class);
    assertThat(backups.status(server.project()).lastProofFailure()).contains(why);
    assertThat(server.project().folder().resolve("restore-rehearsal")).doesNotExist();
  }

  /// The manifest says that there was a row more.
  private static void otherRows(Repository repository, Backup backup) {
    rows(repository, backup, 10);
  }

  private static void sameRows(Repository repository, Backup backup) {
    rows(repository, backup, 9);
  }

  private static void rows(Repository repository, Backup backup, long count) {
    var m = Manifest.read(repository, backup);
    var rows = new HashMap<>(m.rows());
    rows.put("public.kept", count);
    new Manifest(
            m.backup(),
            m.systemId(),
            m.postgresVersion(),
            m.stabburVersion(),
            m.schemaVersion(),
            m.archiveSha256(),
            m.keyChecks(),
            m.changes(),
            rows,
            m.missing(),
            m.seals())
        .write(repository);
  }

  private static void otherKeys(Repository repository) {
    var keys = new HashMap<>(KeyFiles.read(repository).contents());
    keys.put(
        "keys.json",
        keys.getOrDefault("keys.json", "")
            .replaceFirst(
                "\"master_key\":\"[^\"]*\"", "\"master_key\":\"%s\"".formatted("x".repeat(43))));
    new KeyFiles(keys).write(repository);
  }
}

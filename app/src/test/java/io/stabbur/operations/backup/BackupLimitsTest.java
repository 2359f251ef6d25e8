package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Where backups cannot be made, or the log was not kept.
class BackupLimitsTest {
  @Test
  void aDatabaseForWhichNoProgramIsInstalledIsRefusedWithWhatToInstall() {
    var home = TestServer.shared().project();
    var database = URI.create(home.api().login().url().substring("jdbc:".length()));
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.backup.to",
                TestServer.newFolder().toString(),
                "stabbur.projects.default.database-url",
                "postgresql://127.0.0.1:" + database.getPort() + "/postgres",
                "stabbur.projects.default.admin-password",
                home.keys().databasePassword().reveal(),
                "stabbur.projects.default.master-key",
                home.keys().masterKey().reveal(),
                "stabbur.projects.default.api-password",
                home.keys().apiPassword().reveal()))) {
      for (var path : new String[] {"", "/check"}) {
        var key = server.project().keys().serviceRoleKey().reveal();
        var answer =
            Http.post(
                server.url() + "/admin/v1/backups" + path,
                "{}",
                "apikey",
                key,
                "Authorization",
                "Bearer " + key,
                "Content-Type",
                "application/json");

        assertThat(answer.statusCode()).as(path).isEqualTo(409);
        assertThat(answer.body()).contains("pg_dump", "install postgresql-client-17");
      }
    }
  }

  @Test
  void callersWithoutTheServiceKeyAreRefused() {
    var server = TestServer.shared();
    var key = server.project().keys().anonKey().reveal();
    for (var path : new String[] {"", "/check", "/verify"}) {
      var answer =
          Http.post(
              server.url() + "/admin/v1/backups" + path,
              "{}",
              "apikey",
              key,
              "Content-Type",
              "application/json");
      assertThat(answer.statusCode()).as(path).isEqualTo(403);
    }
    assertThat(Http.get(server.url() + "/admin/v1/backups", "apikey", key).statusCode())
        .isEqualTo(403);
  }

  @Test
  @Tag("nightly")
  void aLogThatWasNotKeptIsShippedAnewAndFollowedByABaseBackup() {
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.backup.to", TestServer.newFolder().toString(),
                "stabbur.backup.prove-every", "0s",
                "stabbur.backup.log-every", "1h"))) {
      var backups = server.bean(Backups.class);
      var project = server.project();
      var first = backups.make(project);
      backups.makeIfDue(project);
      assertThat(backups.list(project)).containsExactly(first);
      try (var superuser = Cluster.superuser(project)) {
        superuser.transaction(
            Actor.of("supabase_admin"),
            Access.WRITE,
            tx ->
                tx.list(
                    Statement.of("select pg_drop_replication_slot('stabbur_backup')"), _ -> true));
      }

      var state = backups.ship(project);

      assertThat(state.since()).isAfter(first.endedAt());
      backups.makeIfDue(project);
      assertThat(backups.list(project)).hasSize(2);
      backups.makeIfDue(project);
      assertThat(backups.list(project)).hasSize(2);
    }
  }
}

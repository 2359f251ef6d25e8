package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ProjectIdentity;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.TestServer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What a database is made that is restored as another project; in a transaction that is rolled
/// back.
class ProjectCopyTest {
  private static final String ACTIVE =
      """
      select string_agg(jobname, ',' order by jobname) from cron.job
      where jobname like 'copied%' and active\
      """;
  private static final String DUE =
      "select count(*) from stabbur.claim_cron_jobs('100 days') where command = 'select 5'";

  private static final class RolledBack extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static void tried(Consumer<Transaction> work) {
    try (var superuser = Cluster.superuser(TestServer.shared().project())) {
      superuser.transaction(
          Actor.of(EmbeddedPostgres.SUPERUSER),
          Access.WRITE,
          tx -> {
            work.accept(tx);
            throw new RolledBack();
          });
    } catch (RolledBack _) {
      // everything is as it was
    }
  }

  private static void run(Transaction tx, String sql) {
    tx.update(Statement.of(sql));
  }

  private static String value(Transaction tx, String sql) {
    return tx.first(Statement.of(sql), row -> String.valueOf(row.getString(1))).orElse("");
  }

  private static void schedule(Transaction tx) {
    var _ = value(tx, "select cron.schedule('copied-on', '* * * * *', 'select 5')");
    var _ = value(tx, "select cron.schedule('copied-off', '* * * * *', 'select 5')");
    run(tx, "update cron.job set active = false where jobname = 'copied-off'");
  }

  /// As the restore and the start of the new project do it.
  private static void claim(Transaction tx) {
    new ProjectCopy("kopi").claim(tx);
    run(tx, "update stabbur.project_identity set id = gen_random_uuid()");
  }

  private static void confirm(Transaction tx) {
    tx.update(Statement.of(SqlFile.of(ProjectIdentity.class, "wake-work")));
  }

  private static void fallDue(Transaction tx) {
    run(tx, "update stabbur.cron_runs set planned = now() - interval '1 day'");
  }

  @Test
  void jobsSleepUntilTheyAreConfirmedAndThenRun() {
    tried(
        tx -> {
          schedule(tx);
          claim(tx);
          fallDue(tx);
          assertThat(value(tx, DUE)).isEqualTo("0");

          confirm(tx);
          fallDue(tx);
          assertThat(value(tx, ACTIVE)).isEqualTo("copied-on");
          assertThat(value(tx, DUE)).isEqualTo("1");
        });
  }

  @Test
  void jobsOfAnInstalledExtensionSleepUntilTheyAreConfirmed() {
    tried(
        tx -> {
          schedule(tx);
          run(tx, "create extension if not exists pg_cron");
          run(tx, "set local allow_system_table_mods = on");
          run(tx, "update pg_extension set extversion = '1.6' where extname = 'pg_cron'");
          claim(tx);
          assertThat(value(tx, ACTIVE)).isEqualTo("null");
          var asleep = SqlFile.of(ProjectIdentity.class, "asleep-noted-jobs");
          assertThat(tx.first(Statement.of(asleep), row -> row.getLong(1)).orElseThrow())
              .isPositive();

          confirm(tx);
          assertThat(value(tx, ACTIVE)).isEqualTo("copied-on");
          assertThat(value(tx, "select to_regclass('stabbur.cron_asleep')")).isEqualTo("null");
        });
  }

  @Test
  void nothingThatSomebodyHasBegunThereGoesOnHere() {
    tried(
        tx -> {
          run(
              tx,
              """
              insert into auth.webauthn_challenges (challenge_type, session_data, expires_at)
              values ('authentication', '{}', now() + interval '1 hour')\
              """);
          run(
              tx,
              """
              insert into auth.oauth_client_states (id, provider_type, created_at)
              values (gen_random_uuid(), 'oidc', now())\
              """);
          run(
              tx,
              """
              insert into stabbur_auth.oauth_devices
                (device_hash, user_code, authorization_id, seconds, expires_at)
              values ('copied', 'COPIED', 'copied', 5, now() + interval '1 hour')\
              """);
          claim(tx);
          for (var table :
              new String[] {
                "auth.sessions",
                "auth.refresh_tokens",
                "auth.one_time_tokens",
                "auth.flow_state",
                "auth.saml_relay_states",
                "auth.mfa_challenges",
                "auth.webauthn_challenges",
                "auth.oauth_client_states",
                "auth.oauth_authorizations",
                "stabbur_auth.oauth_devices"
              }) {
            assertThat(value(tx, "select count(*) from " + table)).as(table).isEqualTo("0");
          }
        });
  }
}

package io.stabbur.functions.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A job of each second and one of each minute on two replicas, while first one of them and then
/// the other with its database is restarted. `-Dcron.seconds=120` for two minutes.
@Tag("nightly")
class CronRestartTest {
  private final Path folder = DataTemplate.MIGRATED.newCopy();
  private TestServer first = TestServer.start(Map.of("stabbur.data", folder.toString()));
  private TestServer second = replica();

  private TestServer replica() {
    var keys = first.project().keys();
    var url = first.project().admin().login().url();
    return TestServer.start(
        Map.of(
            "stabbur.data",
            folder.toString(),
            "stabbur.projects.default.database-url",
            "postgresql://127.0.0.1:"
                + URI.create(url.substring("jdbc:".length())).getPort()
                + "/postgres",
            "stabbur.projects.default.admin-password",
            keys.databasePassword().reveal(),
            "stabbur.projects.default.api-password",
            keys.apiPassword().reveal()));
  }

  private String value(String sql) {
    return first
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> tx.first(Statement.of(sql), row -> String.valueOf(row.getString(1))).orElse(""));
  }

  @Test
  void noRunIsMadeTwiceAndNoneIsMissedBeyondTheOutage() throws InterruptedException {
    int seconds = Integer.getInteger("cron.seconds", 60);
    try {
      var began = value("select clock_timestamp()");
      value("select cron.schedule('each second', '1 second', 'select 1')");
      value("select cron.schedule('each minute', '* * * * *', 'select 1')");
      Thread.sleep(Duration.ofSeconds(seconds / 3));
      second.close();
      Thread.sleep(Duration.ofSeconds(2));
      second = replica();
      Thread.sleep(Duration.ofSeconds(seconds / 3));
      long outage = System.nanoTime();
      first.close();
      first = TestServer.start(Map.of("stabbur.data", folder.toString()));
      Await.until(
          "jobs run again",
          () ->
              value(
                      "select max(start_time) > clock_timestamp() - interval '2 seconds' from"
                          + " cron.job_run_details")
                  .equals("t"));
      var lost = Duration.ofNanos(System.nanoTime() - outage);
      Thread.sleep(Duration.ofSeconds(seconds / 3));
      value("update cron.job set active = false returning 1");
      Await.until(
          "no run is under way",
          () ->
              value("select count(*) from cron.job_run_details where end_time is null")
                  .equals("0"));

      var elapsed =
          Double.parseDouble(
              value("select extract(epoch from clock_timestamp() - '" + began + "'::timestamptz)"));
      int runs = runs("each second");
      int minutes =
          Integer.parseInt(
              value(
                  "select count(*) from generate_series(date_trunc('minute', '%s'::timestamptz) + interval '1 minute', clock_timestamp(), '1 minute')"
                      .formatted(began)));
      System.out.printf(
          "%.0f s: %d runs of each second, an outage of %d ms, %d runs of each minute%n",
          elapsed, runs, lost.toMillis(), runs("each minute"));
      assertThat(runs).isLessThanOrEqualTo((int) Math.ceil(elapsed) + 1);
      assertThat(runs).isGreaterThanOrEqualTo((int) (elapsed - lost.toMillis() / 1e3) - 3);
      assertThat(runs("each minute")).isBetween(minutes - 1, minutes);
      assertThat(value("select count(*) from cron.job_run_details where status <> 'succeeded'"))
          .isLessThanOrEqualTo("2");
    } finally {
      second.close();
      first.close();
    }
  }

  private int runs(String job) {
    return Integer.parseInt(
        value(
            "select count(*) from cron.job_run_details d join cron.job j using (jobid) where"
                + " jobname = '"
                + job
                + "'"));
  }
}

package io.stabbur.functions.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.testing.Await;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Jobs by the clock, with two appliances on the database.
@Tag("nightly")
class CronJobsTest {
  private static TwoServers servers;

  @BeforeAll
  static void serve() {
    servers = TwoServers.start();
    servers.run("create table public.ticks (job text, at timestamptz default clock_timestamp())");
  }

  private static String planned(String schedule, String after, String upto) {
    return servers.value(
        "select to_char(stabbur.cron_planned(?, ?::timestamptz, ?::timestamptz) at time zone"
            + " 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
        schedule,
        after + "+00",
        upto + "+00");
  }

  @Test
  void schedulesMeanWhatCronMeans() {
    var cases =
        new String[][] {
          {"* * * * *", "2026-03-01 10:00:00", "2026-03-01 10:01:30", "2026-03-01 10:01:00"},
          {"* * * * *", "2026-03-01 10:01:00", "2026-03-01 10:01:59", ""},
          {"*/15 * * * *", "2026-03-01 10:00:00", "2026-03-01 10:29:00", "2026-03-01 10:15:00"},
          {"5-10/5 8-9 * * *", "2026-03-01 00:00:00", "2026-03-01 23:59:00", "2026-03-01 09:10:00"},
          {"0 3 * * 1", "2026-03-01 00:00:00", "2026-03-03 00:00:00", "2026-03-02 03:00:00"},
          {"0 3 * * mon-fri", "2026-02-27 03:00:00", "2026-03-01 23:00:00", ""},
          {"0 0 * * 7", "2026-02-27 00:00:00", "2026-03-02 00:00:00", "2026-03-01 00:00:00"},
          {"0 0 1,15 * 5", "2026-03-01 00:00:00", "2026-03-14 00:00:00", "2026-03-13 00:00:00"},
          {"0 12 $ * *", "2026-02-01 00:00:00", "2026-03-30 00:00:00", "2026-02-28 12:00:00"},
          {"0 0 29 feb *", "2026-02-01 00:00:00", "2026-03-30 00:00:00", ""},
          {"@daily", "2026-03-01 10:00:00", "2026-03-02 10:00:00", "2026-03-02 00:00:00"},
          {"30 seconds", "2026-03-01 10:00:00", "2026-03-01 10:01:29", "2026-03-01 10:01:00"},
          {"1 second", "2026-03-01 10:00:00", "2026-03-01 10:00:00.9", ""},
        };
    for (var each : cases) {
      assertThat(planned(each[0], each[1], each[2])).as(each[0] + " " + each[2]).isEqualTo(each[3]);
    }
  }

  @Test
  void schedulesThatMeanNothingAreRefused() {
    for (var schedule :
        new String[] {
          "",
          "* * * *",
          "60 * * * *",
          "* 24 * * *",
          "* * 0 * *",
          "* * * 13 *",
          "* * * * 8",
          "*/0 * * * *",
          "5-1 * * * *",
          "a * * * *",
          "60 seconds",
          "0 seconds",
          "@never",
          "* * * * * *",
          "-1 * * * *",
          "1;drop * * * *"
        }) {
      assertThatThrownBy(
              () -> servers.value("select cron.schedule('bad', ?, 'select 1')", schedule))
          .as(schedule)
          .hasMessageContaining("invalid schedule");
    }
    assertThatThrownBy(
            () ->
                servers.value(
                    "select cron.schedule_in_database('x', '* * * * *', 'select 1', 'template1')"))
        .hasMessageContaining("in this database");
    assertThatThrownBy(
            () ->
                servers.value(
                    "select cron.schedule_in_database('x', '* * * * *', 'select 1', 'postgres',"
                        + " 'supabase_admin')"))
        .hasMessageContaining("permission denied");
  }

  @Test
  void aJobOfEachSecondRunsOnceASecond() throws InterruptedException {
    int seconds = Integer.getInteger("cron.seconds", 6);
    servers.value(
        "select cron.schedule('each second', '1 second', $$insert into public.ticks (job) values"
            + " ('second')$$)");
    Thread.sleep(Duration.ofSeconds(seconds));
    assertThat(servers.value("select cron.unschedule('each second')")).isEqualTo("t");
    Await.until(
        "no run is under way",
        () ->
            servers
                .value(
                    "select count(*) from cron.job_run_details where end_time is null and"
                        + " command like '%''second''%'")
                .equals("0"));
    var ticks =
        servers.values(
            "select extract(epoch from date_trunc('second', start_time))::bigint::text from"
                + " cron.job_run_details where command like '%''second''%' order by runid");
    assertThat(ticks.size()).isBetween(seconds - 1, seconds + 1);
    assertThat(servers.value("select count(*) from public.ticks where job = 'second'"))
        .isEqualTo(Integer.toString(ticks.size()));
    assertThat(new HashSet<>(ticks).size()).as("%s", ticks).isGreaterThanOrEqualTo(seconds - 1);
  }

  @Test
  void whatAJobDidIsWrittenDown() {
    servers.value("select cron.schedule('fails', '1 second', 'select 1 / 0')");
    servers.value(
        "select cron.schedule('many', '1 second', 'select null from generate_series(1, 2000000)')");
    servers.value("select cron.schedule('large', '1 second', 'select repeat(''x'', 9000000)')");
    servers.value("select cron.schedule('vacuums', '1 second', 'vacuum public.ticks')");
    servers.value(
        "select cron.schedule_in_database('as service', '1 second', 'reset role;"
            + " create temp table x (a int)', 'postgres', 'service_role')");
    for (var expected :
        new String[][] {
          {"select 1 / 0", "failed", "ERROR: division by zero"},
          {"vacuum public.ticks", "succeeded", "0 rows"},
          {"select null from generate_series(1, 2000000)", "succeeded", "rows, which are not kept"},
          {"select repeat('x', 9000000)", "failed", "ERROR: Result set exceeded maxResultBuffer"},
          {
            "reset role; create temp table x (a int)",
            "failed",
            "ERROR: a job runs as the role that this server logs in with, not as service_role"
          }
        }) {
      Await.until(
          expected[0] + " has run",
          () ->
              servers
                  .value(
                      "select status || '|' || return_message from cron.job_run_details where"
                          + " command = ? and job_pid is not null and end_time >= start_time limit 1",
                      expected[0])
                  .startsWith(expected[1] + "|" + expected[2]));
    }
    servers.run("select cron.unschedule(jobid) from cron.job where jobname <> 'each second'");
  }

  @Test
  void aJobNeverRunsTwiceAtATimeAndIsAlteredByItsName() {
    var id =
        servers.value(
            "select cron.schedule('slow', '1 second', $$insert into public.ticks (job) values"
                + " ('slow'); select pg_sleep(3)$$)");
    Await.until(
        "it runs",
        () ->
            servers
                .value(
                    "select count(*) from cron.job_run_details where jobid = ?::bigint and status = 'running'",
                    id)
                .equals("1"));
    assertThat(
            servers.value(
                "select count(*) from cron.job_run_details where jobid = ?::bigint and end_time is null",
                id))
        .isEqualTo("1");
    assertThat(servers.value("select cron.schedule('slow', '5 4 * * *', 'select 2')"))
        .isEqualTo(id);
    servers.value("select cron.alter_job(?::bigint, active => false)", id);
    assertThat(
            servers.value(
                "select schedule || command || active from cron.job where jobname = 'slow'"))
        .isEqualTo("5 4 * * *select 2false");
    assertThat(servers.value("select cron.unschedule(?::bigint)", id)).isEqualTo("t");
    assertThatThrownBy(() -> servers.value("select cron.unschedule('slow')"))
        .hasMessageContaining("could not find valid entry for job 'slow'");
  }

  @Test
  void whatWasMissedIsMadeUpForOnceUnlessItIsTooOld() {
    var id = servers.value("select cron.schedule('missed', '@yearly', 'select ''missed''')");
    // as if nobody had looked since then
    servers.run(
        "update cron.job set schedule = to_char(now() at time zone 'UTC' - interval '20 minutes',"
            + " 'MI HH24') || ' * * *' where jobid = "
            + id);
    servers.run(
        "update stabbur.cron_runs set planned = now() - interval '1 hour' where jobid = " + id);
    assertThat(servers.value("select count(*) from stabbur.claim_cron_jobs('10 minutes')"))
        .isEqualTo("0");
    assertThat(
            servers.value("select string_agg(command, ',') from stabbur.claim_cron_jobs('1 hour')"))
        .isEqualTo("select 'missed'");
    assertThat(servers.value("select count(*) from stabbur.claim_cron_jobs('1 hour')"))
        .isEqualTo("0");
    servers.value("select cron.unschedule('missed')");
  }

  @Test
  void rolesOfTheApiHaveNoJobs() {
    for (var role : new String[] {"anon", "authenticated", "service_role"}) {
      for (var sql :
          new String[] {
            "select cron.schedule('x', '* * * * *', 'select 1')",
            "select count(*) from cron.job",
            "select count(*) from cron.job_run_details",
            "select count(*) from stabbur.cron_runs",
            "select count(*) from stabbur.claim_cron_jobs('1 hour')"
          }) {
        assertThatThrownBy(() -> servers.valueAs(role, sql))
            .as(role + " " + sql)
            .hasMessageContaining("permission denied");
      }
    }
  }
}

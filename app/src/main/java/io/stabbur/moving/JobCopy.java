package io.stabbur.moving;

import io.stabbur.platform.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The jobs of pg_cron. They arrive paused: until the source's are stopped each would run twice.
record JobCopy(DatabaseLink source, DatabaseLink target) {
  /// A job; without a name where it has none.
  private record Job(@Nullable String name, String schedule, String command) {}

  List<String> names() {
    return jobs().stream()
        .map(job -> job.name() == null ? "of schedule " + job.schedule() : job.name())
        .toList();
  }

  void copy() {
    for (var job : jobs()) {
      var made =
          job.name() == null
              ? Statement.of(
                  "select cron.schedule(?::text, ?::text)", job.schedule(), job.command())
              : Statement.of(
                  "select cron.schedule(?::text, ?::text, ?::text)",
                  job.name(),
                  job.schedule(),
                  job.command());
      target.update(
          Statement.of("select cron.alter_job(?::bigint, active := false)", target.value(made)));
    }
  }

  private List<Job> jobs() {
    if (!source.isTrue("select to_regclass('cron.job') is not null")
        || !source.isTrue("select has_table_privilege('cron.job', 'select')")) {
      return List.of();
    }
    return source.list(
        Statement.of("select jobname, schedule, command from cron.job order by jobid"),
        row -> new Job(row.getString(1), row.getString(2), row.getString(3)));
  }
}

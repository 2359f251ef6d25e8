package io.stabbur.functions.database;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.PlainCommand.Outcome;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.time.Duration;
import java.util.List;

/// The jobs of `cron.job` and their runs.
final class CronRows {
  private static final Actor OWNER = Actor.of("postgres");
  private static final Statement IS_OURS =
      Statement.of("select to_regprocedure('stabbur.claim_cron_jobs(interval)') is not null");
  private static final Statement HAS_JOBS =
      Statement.of("select exists (select from cron.job where active)");

  private final Project project;

  CronRows(Project project) {
    this.project = project;
  }

  /// A run whose planned time has come.
  record Run(long id, long job, String role, String command) {
    String lock() {
      return "stabbur.cron." + job;
    }
  }

  /// Whether the database has our tables, and not the extension's own.
  boolean isOurs() {
    return is(IS_OURS);
  }

  boolean hasJobs() {
    return is(HAS_JOBS);
  }

  private boolean is(Statement question) {
    return project
        .admin()
        .transaction(
            OWNER, Access.READ, tx -> tx.first(question, row -> row.getBoolean(1)).orElse(false));
  }

  /// The runs that are due; nobody else gets them.
  List<Run> claim(Duration catchUp) {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.list(
                    Statement.of(
                        """
                        select runid, jobid, username, command
                        from stabbur.claim_cron_jobs(make_interval(secs => ?))\
                        """,
                        catchUp.toSeconds()),
                    row ->
                        new Run(
                            row.getLong(1), row.getLong(2), row.getString(3), row.getString(4))));
  }

  void begun(Run run, int pid) {
    write(
        Statement.of(
            """
            update cron.job_run_details set status = 'running', job_pid = ?,
              start_time = clock_timestamp() where runid = ?\
            """,
            pid,
            run.id()));
  }

  void ended(Run run, Outcome outcome) {
    write(
        Statement.of(
            """
            update cron.job_run_details set status = ?, return_message = ?,
              end_time = clock_timestamp() where runid = ?\
            """,
            outcome.succeeded() ? "succeeded" : "failed",
            outcome.message(),
            run.id()));
  }

  void tidy(Duration age) {
    write(
        Statement.of(
            "delete from cron.job_run_details where end_time < now() - make_interval(secs => ?)",
            age.toSeconds()));
  }

  private void write(Statement statement) {
    project.admin().transaction(OWNER, Access.WRITE, tx -> tx.update(statement));
  }
}

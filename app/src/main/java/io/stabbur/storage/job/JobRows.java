package io.stabbur.storage.job;

import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.identity.TokenCheck;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.job.Job.Progress;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rows of jobs. Whoever works on one holds its lease; a process that died lets it run out. The
/// claims of whoever asked are kept as long as the job runs.
@Singleton
final class JobRows {
  private static final String TAKE = SqlFile.of(JobRows.class, "take-job");
  static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration KEPT = Duration.ofDays(7);
  private static final int MOST_OF_ONE = 2;

  /// Notes a job and counts its objects as the caller sees them; answers its id. Nobody but the
  /// service role has more than two at a time. One whose objects cannot be counted is refused and
  /// never begun.
  String insert(Operation operation, JobRequest request) {
    var id =
        operation
            .project()
            .admin()
            .transaction(
                Operation.keeper(operation.project()),
                Access.WRITE,
                tx -> {
                  if (!operation.caller().isService()) {
                    requirePlace(tx, String.valueOf(operation.owner()));
                  }
                  return tx.first(insertion(operation, request), rows -> rows.getString(1))
                      .orElseThrow();
                });
    try {
      return release(operation.project(), id, count(operation, request));
    } catch (RuntimeException e) {
      end(operation.project(), id, "failed", null);
      throw e;
    }
  }

  private static void requirePlace(Transaction tx, String owner) {
    tx.first(
        Statement.of(
            "select pg_advisory_xact_lock(hashtextextended('storage job ' || ?, 0))", owner),
        rows -> true);
    long running =
        tx.first(
                Statement.of(
                    """
                    select count(*) from stabbur_storage.jobs
                    where owner_id = ?
                      and (state = 'running' or (state = 'counting' and leased_until > now()))
                    """,
                    owner),
                rows -> rows.getLong(1))
            .orElse(0L);
    if (running >= MOST_OF_ONE) {
      throw new ApiException(new Failure.Busy("You already have " + running + " running jobs"));
    }
  }

  private static Statement insertion(Operation operation, JobRequest request) {
    var caller = operation.caller();
    return Statement.of(
        """
        insert into stabbur_storage.jobs (kind, bucket_id, prefix, to_bucket, to_prefix, role,
          claims, membership, owner_id, state, total, leased_until)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'counting', 0, ?) returning id
        """,
        request instanceof JobRequest.Move ? "move" : "delete",
        request.bucket(),
        request.prefix(),
        request instanceof JobRequest.Move move ? move.toBucket() : null,
        request instanceof JobRequest.Move move ? move.toPrefix() : null,
        caller.role(),
        new Jsonb(caller.claims().json()),
        caller.check().stored(),
        operation.owner(),
        Instant.now().plus(LEASE));
  }

  private static String release(Project project, String id, long total) {
    return write(
        project,
        Statement.of(
            """
            update stabbur_storage.jobs set state = 'running', total = ?, leased_until = now()
            where id = ?::uuid returning id
            """,
            total,
            id),
        rows -> rows.next() ? rows.getString(1) : id);
  }

  private static long count(Operation operation, JobRequest request) {
    return operation
        .api()
        .exchange(
            operation.actor(),
            Access.READ,
            Statement.of(
                "select count(*) from storage.objects"
                    + " where bucket_id = ? and starts_with(name, ?)",
                request.bucket(),
                request.prefix()),
            rows -> rows.next() ? rows.getLong(1) : 0L);
  }

  /// The next names after the one reached, as the caller sees them.
  List<String> names(Job job, int most) {
    return job.operation()
        .api()
        .exchange(
            job.operation().actor(),
            Access.READ,
            Statement.of(
                """
                select name from storage.objects where bucket_id = ? and starts_with(name, ?)
                and name collate "C" > ? order by name collate "C" limit ?
                """,
                job.request().bucket(),
                job.request().prefix(),
                job.reached(),
                most),
            rows -> {
              var names = new ArrayList<String>();
              while (rows.next()) {
                names.add(rows.getString(1));
              }
              return names;
            });
  }

  /// Takes a job that nobody works on, of an organisation (or else a role) for which fewer than
  /// `most` are being done.
  Optional<Job> take(Project project, String lease, int most) {
    return write(
        project,
        Statement.of(TAKE, lease, Instant.now().plus(LEASE), most),
        rows -> rows.next() ? Optional.of(read(project, rows)) : Optional.<Job>empty());
  }

  private static Job read(Project project, ResultSet row) throws SQLException {
    var claims = Claims.of(Json.parse(row.getString(3)));
    var caller =
        new Caller(project, row.getString(2), claims, true, TokenCheck.parse(row.getString(4)), "");
    JobRequest request =
        row.getString(5).equals("move")
            ? new JobRequest.Move(
                row.getString(6), row.getString(7), row.getString(8), row.getString(9))
            : new JobRequest.Delete(row.getString(6), row.getString(7));
    return new Job(row.getString(1), caller, request, row.getString(10));
  }

  /// Records a batch; false when the job was cancelled or somebody else has it now.
  boolean record(Project project, Job job, String lease, Progress progress) {
    return write(
        project,
        Statement.of(
            """
            update stabbur_storage.jobs set reached = ?, done = done + ?, refused = refused + ?,
              last_refusal = coalesce(?, last_refusal), leased_until = ?, attempts = 0,
              updated_at = now()
            where id = ?::uuid and lease = ? and state = 'running' returning id
            """,
            progress.reached(),
            progress.done(),
            progress.refused(),
            progress.refusal(),
            Instant.now().plus(LEASE),
            job.id(),
            lease),
        rows -> rows.next());
  }

  /// Keeps the lease; false when the job was cancelled or somebody else has it now.
  boolean renew(Project project, Job job, String lease) {
    return write(
        project,
        Statement.of(
            """
            update stabbur_storage.jobs set leased_until = ?
            where id = ?::uuid and lease = ? and state = 'running' returning id
            """,
            Instant.now().plus(LEASE),
            job.id(),
            lease),
        rows -> rows.next());
  }

  /// Ends a job that runs; why it did not come to its own end is told with it.
  void end(Project project, String id, String state, @Nullable String reason) {
    write(
        project,
        Statement.of(
            """
            update stabbur_storage.jobs set state = ?, lease = null, claims = '{}',
              last_refusal = coalesce(?, last_refusal), updated_at = now()
            where id = ?::uuid and state in ('counting', 'running') returning id
            """,
            state,
            reason,
            id),
        rows -> rows.next());
  }

  /// Ends a job that was taken up so often without getting anywhere; false while it may go on.
  boolean endStuck(Project project, Job job, int attempts, String reason) {
    return write(
        project,
        Statement.of(
            """
            update stabbur_storage.jobs set state = 'failed', lease = null, claims = '{}',
              last_refusal = ?, updated_at = now()
            where id = ?::uuid and state = 'running' and attempts >= ? returning id
            """,
            reason,
            job.id(),
            attempts),
        rows -> rows.next());
  }

  /// A job as the API writes it, for the one who asked for it and for the service role.
  Optional<String> json(Operation operation, UUID id) {
    return write(
        operation.project(),
        Statement.of(
            """
            select json_build_object('id', id, 'kind', kind, 'bucket', bucket_id, 'prefix', prefix,
              'to_bucket', to_bucket, 'to_prefix', to_prefix, 'state', state, 'total', total,
              'done', done, 'refused', refused, 'last_refusal', last_refusal,
              'created_at', stabbur_storage.iso(created_at),
              'updated_at', stabbur_storage.iso(updated_at))
            from stabbur_storage.jobs where id = ?::uuid and (? or owner_id = ?)
            """,
            id.toString(),
            operation.caller().isService(),
            operation.owner()),
        rows -> rows.next() ? Optional.of(rows.getString(1)) : Optional.<String>empty());
  }

  /// Forgets jobs that ended some days ago, and those whose process died while it counted.
  void forget(Project project) {
    write(
        project,
        Statement.of(
            """
            delete from stabbur_storage.jobs
            where (state not in ('counting', 'running') and updated_at < ?)
              or (state = 'counting' and leased_until < ?) returning id
            """,
            Instant.now().minus(KEPT),
            Instant.now().minus(KEPT.dividedBy(7))),
        rows -> rows.next());
  }

  private static <T> T write(Project project, Statement statement, RowReader<T> reader) {
    return project.admin().exchange(Operation.keeper(project), Access.WRITE, statement, reader);
  }
}

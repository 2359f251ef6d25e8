package io.stabbur.storage.job;

import io.micronaut.scheduling.TaskExecutors;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageErrors;
import io.stabbur.storage.Sweep;
import io.stabbur.storage.job.Job.Progress;
import io.stabbur.storage.object.Changes;
import io.stabbur.storage.object.Changes.Journey;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does jobs. Each object is removed or moved as the one who asked would do it alone, so policies
/// decide; what they refuse is counted and left. A job ends with the token of the request that
/// asked for it.
@Singleton
final class Jobs implements Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
  private static final int BATCH = 50;
  private static final int MOST_ATTEMPTS = 20;
  private static final int AT_ONCE = 4;

  /// An organisation leaves a place to the next one.
  private static final int MOST_OF_ONE = 3;

  private final JobRows rows;
  private final Changes changes;
  private final Clock clock;
  private final ExecutorService workers;
  private final PerProject<Semaphore> places = new PerProject<>(_ -> new Semaphore(AT_ONCE));

  Jobs(
      JobRows rows,
      Changes changes,
      Clock clock,
      @Named(TaskExecutors.BLOCKING) ExecutorService workers) {
    this.rows = rows;
    this.changes = changes;
    this.clock = clock;
    this.workers = workers;
  }

  /// Begins a job and answers its id; the work goes on by itself.
  String begin(Operation operation, JobRequest request) {
    var id = rows.insert(operation, request);
    start(operation.project());
    return id;
  }

  private void start(Project project) {
    try {
      workers.execute(() -> work(project));
    } catch (RejectedExecutionException e) {
      LOG.debug("jobs wait for the next sweep");
    }
  }

  @Override
  public String name() {
    return "jobs";
  }

  /// Takes up what waits for a place, and what a process that died was doing.
  @Override
  public void sweep(Project project) {
    rows.forget(project);
    start(project);
  }

  /// Does one job after the other, unless enough are being done.
  private void work(Project project) {
    var place = places.of(project);
    if (!place.tryAcquire()) {
      return;
    }
    try {
      while (takeOne(project)) {
        LOG.debug("a job of project {} was done", project.name());
      }
    } finally {
      place.release();
    }
  }

  private boolean takeOne(Project project) {
    var lease = UUID.randomUUID().toString();
    var taken = rows.take(project, lease, MOST_OF_ONE);
    taken.ifPresent(job -> attempt(project, job, lease));
    return taken.isPresent();
  }

  private void attempt(Project project, Job job, String lease) {
    try (var _ = new Heartbeat(JobRows.LEASE.dividedBy(3), () -> rows.renew(project, job, lease))) {
      run(project, job, lease);
    } catch (ApiException e) {
      waits(project, job, StorageErrors.told(e.error()).message());
    } catch (RuntimeException e) {
      LOG.error("job {} of project {} failed", job.id(), project.name(), e);
      waits(project, job, "Internal Server Error");
    }
  }

  /// The lease runs out, and the job is taken up again; one that gets nowhere ends.
  private void waits(Project project, Job job, String reason) {
    boolean ended = rows.endStuck(project, job, MOST_ATTEMPTS, reason);
    LOG.warn("job {} {}: {}", job.id(), ended ? "ends" : "waits", reason);
  }

  private void run(Project project, Job job, String lease) {
    var now = job;
    while (true) {
      if (!now.isPermitted(clock.instant())) {
        rows.end(project, job.id(), "failed", "The token of the request has expired");
        return;
      }
      var names = rows.names(now, BATCH);
      if (names.isEmpty()) {
        rows.end(project, job.id(), "done", null);
        return;
      }
      var progress = batch(now, names);
      if (!rows.record(project, now, lease, progress)) {
        return;
      }
      now = now.reaching(progress.reached());
    }
  }

  private Progress batch(Job job, List<String> names) {
    return switch (job.request()) {
      case JobRequest.Delete delete -> delete(job, delete, names);
      case JobRequest.Move move -> move(job, move, names);
    };
  }

  private Progress delete(Job job, JobRequest.Delete request, List<String> names) {
    try {
      int gone = changes.deleteAll(job.operation(), request.bucket(), names).size();
      return new Progress(
          names.getLast(), gone, names.size() - gone, gone < names.size() ? "Access denied" : null);
    } catch (ApiException e) {
      return new Progress(names.getLast(), 0, names.size(), refusal(e));
    }
  }

  private Progress move(Job job, JobRequest.Move request, List<String> names) {
    long done = 0;
    long refused = 0;
    @Nullable String refusal = null;
    for (var name : names) {
      try {
        var to = new Journey(request.bucket(), name, request.toBucket(), request.target(name));
        var _ = changes.move(job.operation(), to);
        done++;
      } catch (ApiException e) {
        refusal = refusal(e);
        refused++;
      }
    }
    return new Progress(names.getLast(), done, refused, refusal);
  }

  /// What a client would have been told; what would have told them to come back is thrown again.
  private static String refusal(ApiException e) {
    if (e.error() instanceof Failure.Unavailable
        || e.error() instanceof Failure.Busy
        || e.error() instanceof Failure.Crowded) {
      throw e;
    }
    return StorageErrors.told(e.error()).message();
  }
}

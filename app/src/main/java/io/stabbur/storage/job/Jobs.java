package io.stabbur.storage.job;

import io.micronaut.scheduling.TaskExecutors;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageErrors;
import io.stabbur.storage.Sweep;
import io.stabbur.storage.job.Job.Progress;
import io.stabbur.storage.job.Job.Wish;
import io.stabbur.storage.object.Changes;
import io.stabbur.storage.object.Changes.Journey;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does jobs. Each object is removed or moved as the one who asked would do it alone, so policies
/// decide; what they refuse is counted and left.
@Singleton
final class Jobs implements Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
  private static final int BATCH = 50;
  private final JobRows rows;
  private final Changes changes;
  private final ExecutorService workers;

  Jobs(JobRows rows, Changes changes, @Named(TaskExecutors.BLOCKING) ExecutorService workers) {
    this.rows = rows;
    this.changes = changes;
    this.workers = workers;
  }

  /// Begins a job and answers its id; the work goes on by itself.
  String begin(Operation operation, Wish wish) {
    var id = rows.insert(operation, wish);
    start(operation.project(), id);
    return id;
  }

  private void start(Project project, String id) {
    try {
      workers.execute(() -> work(project, id));
    } catch (RejectedExecutionException e) {
      LOG.debug("job {} waits for the next sweep", id);
    }
  }

  /// Takes up what a process that died was doing.
  @Override
  public void sweep(Project project) {
    rows.forget(project);
    start(project, "");
  }

  private void work(Project project, String id) {
    var lease = UUID.randomUUID().toString();
    var taken = rows.take(project, id, lease);
    if (taken.isEmpty()) {
      return;
    }
    try {
      run(project, taken.get(), lease);
    } catch (ApiException e) {
      // the lease runs out, and the job is taken up again
      LOG.warn("job {} waits: {}", taken.get().id(), StorageErrors.told(e.error()).message());
    }
  }

  private void run(Project project, Job job, String lease) {
    var now = job;
    while (true) {
      var names = rows.names(now, BATCH);
      if (names.isEmpty()) {
        rows.end(project, job.id(), "done");
        return;
      }
      var progress = batch(now, names);
      if (!rows.record(project, now, lease, progress)) {
        return;
      }
      now = new Job(job.id(), job.caller(), job.wish(), progress.reached());
    }
  }

  private Progress batch(Job job, List<String> names) {
    return switch (job.wish()) {
      case Wish.Delete delete -> delete(job, delete, names);
      case Wish.Move move -> move(job, move, names);
    };
  }

  private Progress delete(Job job, Wish.Delete wish, List<String> names) {
    try {
      int gone = changes.deleteAll(job.operation(), wish.bucket(), names).size();
      return new Progress(
          names.getLast(), gone, names.size() - gone, gone < names.size() ? "Access denied" : null);
    } catch (ApiException e) {
      return new Progress(names.getLast(), 0, names.size(), refusal(e));
    }
  }

  private Progress move(Job job, Wish.Move wish, List<String> names) {
    long done = 0;
    long refused = 0;
    @Nullable String refusal = null;
    for (var name : names) {
      try {
        var to = new Journey(wish.bucket(), name, wish.toBucket(), wish.target(name));
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
    if (e.error() instanceof Failure.Unavailable || e.error() instanceof Failure.Busy) {
      throw e;
    }
    return StorageErrors.told(e.error()).message();
  }
}

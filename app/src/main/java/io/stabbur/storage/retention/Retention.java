package io.stabbur.storage.retention;

import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.storage.Sweep;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes objects whose time is up. Each is named in the log of the same transaction; its bytes
/// follow as those of any removed object do.
@Singleton
public final class Retention implements Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final int BATCH = 500;
  private final RuleRows rows;
  private final PerProject<AtomicReference<Instant>> nextRound =
      new PerProject<>(_ -> new AtomicReference<>(Instant.EPOCH));

  Retention(RuleRows rows) {
    this.rows = rows;
  }

  @Override
  public String name() {
    return "retention";
  }

  @Override
  public void sweep(Project project) {
    var next = nextRound.of(project);
    if (Instant.now().isAfter(next.get())) {
      next.set(Instant.now().plus(EVERY));
      execute(project);
    }
  }

  /// Executes the rules of all buckets now; answers how many objects were removed.
  public long execute(Project project) {
    rows.forget(project);
    long removed = 0;
    for (long batch = BATCH; batch == BATCH; removed += batch) {
      batch = rows.deleteExpired(project, BATCH);
    }
    if (removed > 0) {
      LOG.info("{} objects of project {} were removed by retention", removed, project.name());
    }
    return removed;
  }
}

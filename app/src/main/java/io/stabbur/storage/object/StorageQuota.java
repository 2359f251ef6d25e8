package io.stabbur.storage.object;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageError;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// How many bytes a project's objects may have together, where its settings say so. They are
/// counted now and then, and what this process stores in between is added; other processes may
/// store a little more until the next count. Nothing that is stored is touched: what is over is
/// read and removed as before.
@Singleton
final class StorageQuota {
  private static final long COUNTED_EVERY = Duration.ofSeconds(30).toNanos();

  /// Who removed objects to make room does not wait for the next count.
  private static final long COUNTED_AGAIN = Duration.ofSeconds(1).toNanos();

  /// Counting takes this share of the time at most, however many are refused.
  private static final int SHARE = 20;

  private final ObjectRows rows;
  private final PerProject<Usage> usages;

  StorageQuota(ObjectRows rows) {
    this.rows = rows;
    this.usages = new PerProject<>(Usage::new);
  }

  /// Refuses bytes that there is no room for.
  void requireRoom(Project project, long more) {
    if (project.settings().storageBytes() > 0) {
      usages.of(project).requireRoom(more);
    }
  }

  /// The same, and the bytes count from now on.
  void take(Project project, long bytes) {
    if (project.settings().storageBytes() > 0) {
      usages.of(project).take(bytes);
    }
  }

  /// Of one project. While one thread counts, the others go by the last number.
  private final class Usage {
    private final Project project;
    private final long limit;
    private final ReentrantLock counting = new ReentrantLock();
    private long bytes;

    /// Those taken since the count began that is under way, or was the last: it may miss them.
    private long taken;

    private long countedAt;
    private long countTook;
    private boolean isCounted;

    Usage(Project project) {
      this.project = project;
      this.limit = project.settings().storageBytes();
    }

    void requireRoom(long more) {
      renew(COUNTED_EVERY);
      if (!hasRoom(more)) {
        renew(COUNTED_AGAIN);
      }
      if (!hasRoom(more)) {
        throw new ApiException(new StorageError.QuotaExceeded());
      }
    }

    void take(long more) {
      requireRoom(more);
      synchronized (this) {
        if (!hasRoom(more)) {
          throw new ApiException(new StorageError.QuotaExceeded());
        }
        bytes += more;
        taken += more;
      }
    }

    private synchronized boolean hasRoom(long more) {
      return more <= limit - bytes;
    }

    /// Only the first count is waited for.
    private void renew(long every) {
      if (!isDue(every)) {
        return;
      }
      if (isCounted()) {
        if (!counting.tryLock()) {
          return;
        }
      } else {
        counting.lock();
      }
      try {
        if (isDue(every)) {
          count();
        }
      } finally {
        counting.unlock();
      }
    }

    private synchronized boolean isCounted() {
      return isCounted;
    }

    private synchronized boolean isDue(long every) {
      return !isCounted || System.nanoTime() - countedAt > Math.max(every, SHARE * countTook);
    }

    private void count() {
      long begun = System.nanoTime();
      synchronized (this) {
        taken = 0;
      }
      long stored = rows.storedBytes(project);
      synchronized (this) {
        bytes = stored + taken;
        countedAt = System.nanoTime();
        countTook = countedAt - begun;
        isCounted = true;
      }
    }
  }
}

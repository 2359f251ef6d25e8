package io.stabbur.storage.object;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageError;
import jakarta.inject.Singleton;
import java.time.Duration;

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

  /// Of one project.
  private final class Usage {
    private final Project project;
    private final long limit;
    private long bytes;
    private long countedAt;
    private long countTook;
    private boolean isCounted;

    Usage(Project project) {
      this.project = project;
      this.limit = project.settings().storageBytes();
    }

    synchronized void requireRoom(long more) {
      if (!isCounted || age() > COUNTED_EVERY) {
        count();
      }
      if (more > limit - bytes && age() > Math.max(COUNTED_AGAIN, SHARE * countTook)) {
        count();
      }
      if (more > limit - bytes) {
        throw new ApiException(new StorageError.QuotaExceeded());
      }
    }

    synchronized void take(long more) {
      requireRoom(more);
      bytes += more;
    }

    private long age() {
      return System.nanoTime() - countedAt;
    }

    private void count() {
      long begun = System.nanoTime();
      bytes = rows.storedBytes(project);
      countedAt = System.nanoTime();
      countTook = countedAt - begun;
      isCounted = true;
    }
  }
}

package io.stabbur.storage.upkeep;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What takes room in the storage of projects. Where many files make a count take long, the last
/// one is shown and counting goes on beside; one count runs for a project at a time.
@Singleton
public final class StorageCounts {
  /// How long a count is waited for where there is an older one.
  private static final long PATIENCE_MILLIS = 50;

  private final Clock clock;
  private final PerProject<Kept> kept = new PerProject<>(_ -> new Kept());

  StorageCounts(Clock clock) {
    this.clock = clock;
  }

  public StorageOverview of(Project project) {
    return StorageOverview.of(project, kept.of(project).count(project, clock));
  }

  /// The last count of a project, and the one that runs.
  private static final class Kept {
    private @Nullable StorageCount last;
    private @Nullable CompletableFuture<StorageCount> running;

    StorageCount count(Project project, Clock clock) {
      StorageCount known;
      CompletableFuture<StorageCount> next;
      synchronized (this) {
        known = last;
        if (known != null && known.isFresh(clock.instant())) {
          return known;
        }
        if (running == null || running.isDone()) {
          running = begin(project, clock);
        }
        next = running.copy();
      }
      return awaited(
          known == null
              ? next
              : next.completeOnTimeout(known, PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
    }

    private CompletableFuture<StorageCount> begin(Project project, Clock clock) {
      return CompletableFuture.supplyAsync(
              () -> StorageCount.of(project, clock), Thread::startVirtualThread)
          .whenComplete((count, _) -> keep(count));
    }

    /// @param count absent where it failed
    private synchronized void keep(@Nullable StorageCount count) {
      if (count != null) {
        last = count;
      }
    }

    private static StorageCount awaited(CompletableFuture<StorageCount> count) {
      try {
        return count.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof ApiException failure ? failure : e;
      }
    }
  }
}

package io.stabbur.identity;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// How many requests a second a project may have in this process, where its settings say so. What
/// was not used lasts for five seconds, so that the burst with which a page begins passes.
@Singleton
final class RequestRates {
  private static final int BURST_SECONDS = 5;
  private static final double NANOS = 1e9;
  private final PerProject<Bucket> buckets =
      new PerProject<>(project -> new Bucket(project.settings().requestRate(), System.nanoTime()));

  /// Counts a request, or refuses it.
  void take(Project project) {
    if (project.settings().requestRate() > 0 && !buckets.of(project).take(System.nanoTime())) {
      throw new ApiException(new Failure.Crowded("The project has too many requests"));
    }
  }

  /// Fills up steadily; each request takes one.
  static final class Bucket {
    private final double rate;
    private double left;
    private long seen;

    Bucket(int rate, long now) {
      this.rate = rate;
      this.left = rate * (double) BURST_SECONDS;
      this.seen = now;
    }

    synchronized boolean take(long now) {
      left = Math.min(rate * BURST_SECONDS, left + (now - seen) / NANOS * rate);
      seen = now;
      if (left < 1) {
        return false;
      }
      left--;
      return true;
    }
  }
}

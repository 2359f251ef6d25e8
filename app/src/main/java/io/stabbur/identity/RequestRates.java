package io.stabbur.identity;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.TokenBucket;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/// How many requests a second a project may have in this process, where its settings say so. What
/// was not used lasts for five seconds, so that the burst with which a page begins passes.
@Singleton
final class RequestRates {
  private static final int BURST_SECONDS = 5;
  private final PerProject<TokenBucket> buckets =
      new PerProject<>(
          project -> {
            long burst = (long) BURST_SECONDS * project.settings().requestRate();
            return new TokenBucket(burst, Duration.ofSeconds(BURST_SECONDS));
          });

  /// Counts a request, or refuses it.
  void take(Project project) {
    if (project.settings().requestRate() > 0 && !buckets.of(project).take(Instant.now())) {
      throw new ApiException(new Failure.Crowded("The project has too many requests"));
    }
  }
}

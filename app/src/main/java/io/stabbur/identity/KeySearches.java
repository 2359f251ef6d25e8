package io.stabbur.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.TokenBucket;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/// How often one network may have the project of a key or token looked for where the request names
/// none: each search tries the text with every project, and strangers can ask for it. A hundred at
/// once, and as many again in ten seconds.
@Singleton
public final class KeySearches {
  private static final int AT_ONCE = 100;
  private static final Duration REFILL = Duration.ofSeconds(10);
  private static final int NETWORKS = 10_000;

  private final Clock clock;
  private final Cache<String, TokenBucket> buckets =
      Caffeine.newBuilder().maximumSize(NETWORKS).expireAfterAccess(REFILL).build();

  KeySearches(Clock clock) {
    this.clock = clock;
  }

  /// Counts a search.
  ///
  /// @param network of the client
  /// @throws ApiException with [Failure.Crowded] where the network has had too many
  public void take(String network) {
    var bucket = buckets.get(network, _ -> new TokenBucket(AT_ONCE, REFILL));
    if (!bucket.take(clock.instant())) {
      throw new ApiException(
          new Failure.Crowded("Too many requests whose host and key belong to no project"));
    }
  }
}

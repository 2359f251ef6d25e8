package io.stabbur.operations.metric;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// What `/metrics` says of databases, under `stabbur.operations.metrics`.
///
/// @param every how often each database is asked
/// @param timeout longest single question
/// @param tables of how many tables, the largest first, each is told apart
/// @param organizations of how many organizations of a project each is told apart; nothing is told
///   of organizations when 0
/// @param policies of how many tables it is measured what their policies cost; nothing is measured
///   when 0
@ConfigurationProperties("stabbur.operations.metrics")
public record MetricSettings(
    @Bindable(defaultValue = "15s") Duration every,
    @Bindable(defaultValue = "5s") Duration timeout,
    @Bindable(defaultValue = "50") int tables,
    @Bindable(defaultValue = "50") int organizations,
    @Bindable(defaultValue = "20") int policies) {
  private static final int MISSED = 3;

  public MetricSettings {
    if (every.compareTo(Duration.ofSeconds(1)) < 0
        || timeout.toMillis() < 1
        || tables < 0
        || organizations < 0
        || policies < 0) {
      throw new IllegalArgumentException(
          "stabbur.operations.metrics.every must be a second or more, timeout positive, and"
              + " tables, organizations and policies not negative");
    }
  }

  /// Samples that are older say nothing any more.
  Duration lifetime() {
    return every.multipliedBy(MISSED).plus(timeout);
  }
}

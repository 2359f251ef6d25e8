package io.stabbur.operations.metric;

import io.micrometer.core.instrument.config.MeterFilter;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.stabbur.identity.AnsweredRequest;
import io.stabbur.identity.RequestObserver;
import jakarta.inject.Singleton;

/// A server that measures nothing, to compare with: requests are not counted, and all other meters
/// do nothing. For benchmarks, by the setting `benchmark.metrics=false`.
@Singleton
@Replaces(RequestMeters.class)
@Requires(property = "benchmark.metrics", value = "false")
final class NoRequestMeters implements RequestObserver {
  @Override
  public void answered(AnsweredRequest request) {}

  /// Its other meters.
  @Factory
  @Requires(property = "benchmark.metrics", value = "false")
  static final class NoMeters {
    @Bean
    @Singleton
    MeterFilter filter() {
      return MeterFilter.deny();
    }
  }
}

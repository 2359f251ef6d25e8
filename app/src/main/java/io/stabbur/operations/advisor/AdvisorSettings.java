package io.stabbur.operations.advisor;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// When the advisor looks by itself, under `stabbur.operations.advisor`.
///
/// @param every how often the catalog is looked at for changes; the advisor runs when there are
///   some
@ConfigurationProperties("stabbur.operations.advisor")
public record AdvisorSettings(@Bindable(defaultValue = "1m") Duration every) {
  public AdvisorSettings {
    if (every.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "stabbur.operations.advisor.every must be a second or more");
    }
  }
}

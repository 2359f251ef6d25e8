package io.stabbur.operations.request;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// The log of requests in each project's database, under `stabbur.operations.requests`.
///
/// @param enabled whether requests are logged
/// @param every how often a batch is written
/// @param single most successful requests of a batch that are kept one by one; more are counted
///   together by what they have in common
/// @param queue most requests that wait to be written one by one; more are counted together
/// @param rows most requests that are kept, about 200 bytes each
/// @param age how long a request is kept
@ConfigurationProperties("stabbur.operations.requests")
public record RequestLogSettings(
    @Bindable(defaultValue = "true") boolean enabled,
    @Bindable(defaultValue = "1s") Duration every,
    @Bindable(defaultValue = "100") int single,
    @Bindable(defaultValue = "10000") int queue,
    @Bindable(defaultValue = "500000") long rows,
    @Bindable(defaultValue = "7d") Duration age) {
  public RequestLogSettings {
    if (every.toMillis() < 1 || single < 0 || queue < 1 || rows < 1 || age.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "stabbur.operations.requests.every, queue, rows and age must be positive, and single not"
              + " negative");
    }
  }
}

package io.stabbur.operations;

import io.micronaut.context.annotation.ConfigurationProperties;
import org.jspecify.annotations.Nullable;

/// What operators look at, under `stabbur.operations`.
///
/// @param token the Bearer token that `/metrics` and `/alerts` ask for; without one they ask for
///   the secret key of the only project
@ConfigurationProperties("stabbur.operations")
public record OperationsSettings(@Nullable String token) {
  /// An empty token would be one that everybody has.
  public OperationsSettings {
    token = token == null || token.isBlank() ? null : token;
  }
}

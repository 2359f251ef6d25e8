package io.stabbur.operations;

import io.micronaut.context.annotation.ConfigurationProperties;
import org.jspecify.annotations.Nullable;

/// What operators look at, under `stabbur.operations`.
///
/// @param token the Bearer token that `/metrics` and `/alerts` ask for; without one they are open
@ConfigurationProperties("stabbur.operations")
public record OperationsSettings(@Nullable String token) {}

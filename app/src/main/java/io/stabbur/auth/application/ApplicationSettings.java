package io.stabbur.auth.application;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// Tokens of programs, under `stabbur.auth.applications`.
///
/// @param life how long an access token is good that a program gets for its own
/// @param longest how far away a token's end may be when it is made
/// @param usual how long a token is good when nobody says
@ConfigurationProperties("stabbur.auth.applications")
public record ApplicationSettings(
    @Bindable(defaultValue = "15m") Duration life,
    @Bindable(defaultValue = "365d") Duration longest,
    @Bindable(defaultValue = "90d") Duration usual) {}

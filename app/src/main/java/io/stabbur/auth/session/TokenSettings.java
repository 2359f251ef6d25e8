package io.stabbur.auth.session;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Life of tokens and sessions, under `stabbur.auth.token`.
///
/// @param life how long an access token is good
/// @param issuer the `iss` of tokens; the public URL with `/auth/v1` when absent
/// @param refreshFormat 1 for a row per refresh token, 2 for a signed counter per session
/// @param refreshRotation ends a session whose old refresh token turns up again
/// @param refreshReuseInterval how long an old refresh token may still be sent
/// @param sessionTimebox longest life of a session, refreshed or not
/// @param sessionInactivity ends sessions that were not refreshed for so long
/// @param sessionLowAal how long a session may go without the second factor its user has
/// @param singleSession keeps only the session refreshed last
@ConfigurationProperties("stabbur.auth.token")
public record TokenSettings(
    @Bindable(defaultValue = "1h") Duration life,
    @Nullable String issuer,
    @Bindable(defaultValue = "1") int refreshFormat,
    @Bindable(defaultValue = "true") boolean refreshRotation,
    @Bindable(defaultValue = "10s") Duration refreshReuseInterval,
    @Nullable Duration sessionTimebox,
    @Nullable Duration sessionInactivity,
    @Nullable Duration sessionLowAal,
    @Bindable(defaultValue = "false") boolean singleSession) {}

package io.stabbur.control;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What belongs to the appliance and not to a project, under `stabbur.control`.
///
/// @param databaseUrl `postgresql://user:password@host:port/name` of the control database; beside
///   the first project's data when absent
/// @param connections most connections to it
/// @param sessionLife how long an operator's session lasts
/// @param tokenLife how long an operator's token holds when nobody says
/// @param invitationLife how long the link of an invitation holds
/// @param requireFactor whether an operator can do nothing but enrol a second factor without one
/// @param logAge how long it is kept what operators did
/// @param projectIdle after how long without requests a project that was added is closed
@ConfigurationProperties("stabbur.control")
public record ControlSettings(
    @Nullable String databaseUrl,
    @Bindable(defaultValue = "5") int connections,
    @Bindable(defaultValue = "12h") Duration sessionLife,
    @Bindable(defaultValue = "90d") Duration tokenLife,
    @Bindable(defaultValue = "72h") Duration invitationLife,
    @Bindable(defaultValue = "true") boolean requireFactor,
    @Bindable(defaultValue = "400d") Duration logAge,
    @Bindable(defaultValue = "15m") Duration projectIdle) {}

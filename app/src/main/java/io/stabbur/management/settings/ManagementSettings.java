package io.stabbur.management.settings;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The management API that Supabase's command speaks, under `stabbur.management`.
///
/// @param projectHost the command looks for a project's database at `db.REFERENCE.` and this name;
///   the host of the public address when absent
/// @param databasePort the port where embedded databases are reached over TLS; none when absent;
///   the command insists on 5432
/// @param databaseAddress the address that port listens on
/// @param poolerHost a name of this server under which the command finds that port where it cannot
///   find `db.REFERENCE.…`
/// @param loginLife how long the password of a temporary role holds
/// @param tokenLife how long an access token holds when nobody says
/// @param logAge how long it is kept what was done with access tokens
@ConfigurationProperties("stabbur.management")
public record ManagementSettings(
    @Nullable String projectHost,
    @Nullable Integer databasePort,
    @Bindable(defaultValue = "127.0.0.1") String databaseAddress,
    @Nullable String poolerHost,
    @Bindable(defaultValue = "5m") Duration loginLife,
    @Bindable(defaultValue = "90d") Duration tokenLife,
    @Bindable(defaultValue = "400d") Duration logAge) {}

package io.stabbur.platform.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How many connections clients may hold, and how long they may leave one unused, under
/// `stabbur.connections`.
///
/// @param most connections at once; 0 for three quarters of the file descriptors, and no more than
///   one for 32 KiB of heap
/// @param perAddress connections of one client address, of IPv6 a /64; 0 for a third of all, and no
///   limit behind trusted proxies
/// @param headTimeout how long the first request of a connection may take until its head is
///   complete
/// @param idleTimeout how long a connection may wait for its next request
/// @param bodyTimeout how long a body may be waited for, beside a second for 500 bytes of it
/// @param stallTimeout how long neither side may take what the other sends
@ConfigurationProperties("stabbur.connections")
public record ConnectionSettings(
    @Bindable(defaultValue = "0") int most,
    @Bindable(defaultValue = "0") int perAddress,
    @Bindable(defaultValue = "10s") Duration headTimeout,
    @Bindable(defaultValue = "75s") Duration idleTimeout,
    @Bindable(defaultValue = "30s") Duration bodyTimeout,
    @Bindable(defaultValue = "60s") Duration stallTimeout) {}

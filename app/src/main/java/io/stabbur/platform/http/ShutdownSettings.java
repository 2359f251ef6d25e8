package io.stabbur.platform.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How a process ends after SIGTERM, under `stabbur.shutdown`.
///
/// @param delay how long requests are still served while readiness says that the process is going,
///   so that a load balancer notices
/// @param limit longest time after that for sockets to be closed and requests to be answered
@ConfigurationProperties("stabbur.shutdown")
public record ShutdownSettings(
    @Bindable(defaultValue = "0s") Duration delay,
    @Bindable(defaultValue = "20s") Duration limit) {}

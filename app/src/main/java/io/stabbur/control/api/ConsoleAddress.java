package io.stabbur.control.api;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// An address of their own for the operators' pages, under `stabbur.console`.
///
/// @param port on which the pages are, and nothing else; without it they are on that of the APIs
/// @param host on which the port is opened
/// @param publicUrl the address that operators use, for links and cookies; absent for the port, as
///   this machine reaches it without TLS
@ConfigurationProperties("stabbur.console")
public record ConsoleAddress(
    @Nullable Integer port,
    @Bindable(defaultValue = "127.0.0.1") String host,
    @Nullable URI publicUrl) {}

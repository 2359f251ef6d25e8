package io.stabbur.platform.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// What stands between clients and this server, under `stabbur.auth`.
///
/// @param trustedProxies how many proxies in front add to `X-Forwarded-For`
@ConfigurationProperties("stabbur.auth")
public record ProxySettings(@Bindable(defaultValue = "0") int trustedProxies) {}

package io.stabbur.auth.saml;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Single sign-on with SAML 2.0, under `stabbur.auth.saml`.
///
/// @param enabled whether identity providers may be added and used
/// @param privateKey an RSA key as base64 of its PKCS #1 or PKCS #8 form, which signs requests and
///   opens encrypted assertions; made and kept in the data folder when absent
/// @param entityId the name by which identity providers know us; the address of our metadata when
///   absent
/// @param relayLife how long a sign-in at the identity provider may take
@ConfigurationProperties("stabbur.auth.saml")
public record SamlSettings(
    @Bindable(defaultValue = "false") boolean enabled,
    @Nullable String privateKey,
    @Nullable URI entityId,
    @Bindable(defaultValue = "10m") Duration relayLife) {}

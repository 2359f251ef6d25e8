package io.stabbur.auth.factor;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// Second factors, under `stabbur.auth.factors`.
///
/// @param totp whether authenticator apps may be used
/// @param phone whether codes by text message may be used
/// @param webauthn whether security keys, phones and computers may be used that speak WebAuthn
/// @param most most factors of one user
/// @param issuer the name authenticator apps show; the host of the site when empty
@ConfigurationProperties("stabbur.auth.factors")
public record FactorSettings(
    @Bindable(defaultValue = "true") boolean totp,
    @Bindable(defaultValue = "false") boolean phone,
    @Bindable(defaultValue = "false") boolean webauthn,
    @Bindable(defaultValue = "10") int most,
    @Bindable(defaultValue = "") String issuer) {}

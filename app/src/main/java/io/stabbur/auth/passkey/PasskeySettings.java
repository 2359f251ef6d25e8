package io.stabbur.auth.passkey;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// Passkeys, under `stabbur.auth.passkeys`.
///
/// @param enabled whether people may sign in with passkeys
/// @param most passkeys of one user
@ConfigurationProperties("stabbur.auth.passkeys")
public record PasskeySettings(
    @Bindable(defaultValue = "false") boolean enabled, @Bindable(defaultValue = "10") int most) {}

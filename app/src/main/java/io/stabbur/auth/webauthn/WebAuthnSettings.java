package io.stabbur.auth.webauthn;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whose the passkeys and security keys are, under `stabbur.auth.webauthn`.
///
/// @param rpId the domain they are for; the host of the site when absent
/// @param rpName the name a browser shows for it; that domain when absent
/// @param rpOrigins the origins whose pages may use them; that of the site when absent
/// @param challengeLife how long somebody may take to touch the authenticator
@ConfigurationProperties("stabbur.auth.webauthn")
public record WebAuthnSettings(
    @Nullable String rpId,
    @Nullable String rpName,
    @Nullable List<String> rpOrigins,
    @Bindable(defaultValue = "5m") Duration challengeLife) {}

package io.stabbur.auth.guard;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// How often one client address may ask, under `stabbur.auth.limits`; 0 sets no limit.
///
/// @param token sign-ins and refreshes in five minutes
/// @param verify codes and links tried in five minutes
/// @param otp requests that send something, in five minutes
/// @param anonymous anonymous sign-ups in an hour
/// @param factor challenges and verifications of second factors in a minute
/// @param sso single sign-ons in five minutes
/// @param oauth authorizations that are begun, and tokens that programs without a secret ask for,
///   in five minutes
/// @param oauthRegistration programs that register themselves in five minutes
/// @param passkey questions to an authenticator and answers of it in five minutes
@ConfigurationProperties("stabbur.auth.limits")
public record LimitSettings(
    @Bindable(defaultValue = "150") int token,
    @Bindable(defaultValue = "30") int verify,
    @Bindable(defaultValue = "30") int otp,
    @Bindable(defaultValue = "30") int anonymous,
    @Bindable(defaultValue = "15") int factor,
    @Bindable(defaultValue = "30") int sso,
    @Bindable(defaultValue = "150") int oauth,
    @Bindable(defaultValue = "10") int oauthRegistration,
    @Bindable(defaultValue = "30") int passkey) {}

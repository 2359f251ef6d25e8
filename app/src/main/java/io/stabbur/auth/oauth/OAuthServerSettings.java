package io.stabbur.auth.oauth;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Sign-in for programs of others, under `stabbur.auth.oauth-server`.
///
/// @param enabled whether this project is an authorization server
/// @param dynamicRegistration whether programs may register themselves
/// @param authorizationPath the app's page, below the site's address, that asks for consent
/// @param authorizationLife how long somebody may take to consent
/// @param codeLife how long the code that a program is sent is good
/// @param defaultScope what a program gets that names no scope
/// @param deviceGrant whether programs without a browser may be let in from another device
/// @param deviceLife how long the code that such a program shows is good
@ConfigurationProperties("stabbur.auth.oauth-server")
record OAuthServerSettings(
    @Bindable(defaultValue = "false") boolean enabled,
    @Bindable(defaultValue = "false") boolean dynamicRegistration,
    @Nullable String authorizationPath,
    @Bindable(defaultValue = "10m") Duration authorizationLife,
    @Bindable(defaultValue = "1m") Duration codeLife,
    @Bindable(defaultValue = "email") String defaultScope,
    @Bindable(defaultValue = "false") boolean deviceGrant,
    @Bindable(defaultValue = "10m") Duration deviceLife) {}

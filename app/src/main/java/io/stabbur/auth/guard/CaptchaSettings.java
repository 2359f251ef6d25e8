package io.stabbur.auth.guard;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// A test that a person sits there, under `stabbur.auth.captcha`.
///
/// @param provider `hcaptcha` or `turnstile`; no test when absent
/// @param secret the site's secret with the provider
/// @param url another address of the provider's check
@ConfigurationProperties("stabbur.auth.captcha")
public record CaptchaSettings(
    @Nullable String provider, @Bindable(defaultValue = "") String secret, @Nullable URI url) {}

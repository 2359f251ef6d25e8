package io.stabbur.auth.hook;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import io.stabbur.platform.config.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// A function of the project's own that is asked at one point, under `stabbur.auth.hooks.<name>`.
///
/// @param name one of the contract's hooks, such as `custom-access-token`
/// @param enabled switches it off without taking it out
/// @param uri `pg-functions://postgres/<schema>/<function>` or an http(s) address
/// @param secrets the secret that signs calls to an address, `v1,whsec_…`
@EachProperty("stabbur.auth.hooks")
public record HookSettings(
    @Parameter String name, @Nullable Boolean enabled, URI uri, @Nullable String secrets) {
  boolean isOn() {
    return enabled == null || enabled;
  }

  Secret secret() {
    return Secret.of(secrets == null ? "" : secrets);
  }
}

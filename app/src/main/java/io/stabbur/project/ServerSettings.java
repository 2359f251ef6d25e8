package io.stabbur.project;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What the whole appliance shares, under `stabbur`.
///
/// @param data the folder that holds the embedded Postgres, the keys and the local object store
/// @param publicUrl the address clients use; every link, redirect and token issuer begins with it
/// @param development takes new accounts as confirmed where no mail server is set
/// @param migrations the folder of the user's migrations
/// @param migrate whether a start runs the migrations that are pending
@ConfigurationProperties("stabbur")
public record ServerSettings(
    @Bindable(defaultValue = "data") Path data,
    @Nullable URI publicUrl,
    @Nullable Boolean development,
    @Bindable(defaultValue = "supabase/migrations") Path migrations,
    @Bindable(defaultValue = "true") boolean migrate) {

  /// Whether this is declared to be a developer's machine.
  public boolean isDevelopment() {
    return Boolean.TRUE.equals(development);
  }
}

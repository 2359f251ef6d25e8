package io.stabbur.project;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.stabbur.platform.error.StartFailure;
import org.jspecify.annotations.Nullable;

/// Which environment a server is, under `stabbur.environment`.
///
/// @param name such as production or staging; its databases remember it
@ConfigurationProperties("stabbur.environment")
public record EnvironmentSettings(@Nullable String name) {
  private static final int LONGEST = 60;

  public EnvironmentSettings {
    if (name != null && (name.isBlank() || name.length() > LONGEST)) {
      throw new StartFailure(
          "stabbur.environment.name must have between 1 and 60 letters, such as production.");
    }
  }
}

package io.stabbur.project;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// The embedded Postgres of all projects, under `stabbur.postgres`.
///
/// @param osUser the operating-system user that Postgres runs as when Stabbur is started as root
@ConfigurationProperties("stabbur.postgres")
public record PostgresSettings(@Bindable(defaultValue = "stabbur") String osUser) {
  public PostgresSettings {
    if (!osUser.matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
      throw new IllegalArgumentException("stabbur.postgres.os-user must be the name of a user");
    }
  }
}

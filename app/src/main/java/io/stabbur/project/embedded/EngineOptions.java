package io.stabbur.project.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How an embedded Postgres is set up.
///
/// @param programs which programs it is, and as whom they run
/// @param addresses where it listens besides 127.0.0.1
/// @param access lines of `pg_hba.conf` for those who come from there
/// @param certificate the file of its certificate for them; one is made when absent
/// @param key the file of the certificate's key
/// @param settings settings of Postgres that an operator wants otherwise
public record EngineOptions(
    PostgresPrograms programs,
    List<String> addresses,
    List<String> access,
    @Nullable Path certificate,
    @Nullable Path key,
    Map<String, String> settings) {

  public EngineOptions {
    addresses = List.copyOf(addresses);
    access = List.copyOf(access);
    settings = Map.copyOf(settings);
  }

  /// The usual set-up, which nobody but this machine reaches.
  public static EngineOptions of(PostgresPrograms programs) {
    return new EngineOptions(programs, List.of(), List.of(), null, null, Map.of());
  }

  boolean isOpen() {
    return !addresses.isEmpty();
  }
}

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
/// @param jobs whether jobs of an installed `pg_cron` run
public record EngineOptions(
    PostgresPrograms programs,
    List<String> addresses,
    List<String> access,
    @Nullable Path certificate,
    @Nullable Path key,
    Map<String, String> settings,
    Jobs jobs) {

  /// Whether jobs of an installed `pg_cron` run.
  public enum Jobs {
    RUN,
    /// `pg_cron` is not loaded: the cluster is a copy, whose jobs are the original's
    NEVER
  }

  /// The options of a cluster whose jobs run.
  public EngineOptions(
      PostgresPrograms programs,
      List<String> addresses,
      List<String> access,
      @Nullable Path certificate,
      @Nullable Path key,
      Map<String, String> settings) {
    this(programs, addresses, access, certificate, key, settings, Jobs.RUN);
  }

  public EngineOptions {
    addresses = List.copyOf(addresses);
    access = List.copyOf(access);
    settings = Map.copyOf(settings);
  }

  /// The usual set-up, which nobody but this machine reaches.
  public static EngineOptions of(PostgresPrograms programs) {
    return new EngineOptions(programs, List.of(), List.of(), null, null, Map.of());
  }

  /// The same for a copy of a cluster.
  public EngineOptions withoutJobs() {
    return new EngineOptions(programs, addresses, access, certificate, key, settings, Jobs.NEVER);
  }

  boolean isOpen() {
    return !addresses.isEmpty();
  }
}

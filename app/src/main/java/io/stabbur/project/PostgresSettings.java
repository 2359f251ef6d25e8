package io.stabbur.project;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.embedded.EngineOptions;
import io.stabbur.project.embedded.PostgresPrograms;
import io.stabbur.project.embedded.TransactionPooler;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The embedded Postgres of all projects, under `stabbur.postgres`.
///
/// @param osUser the operating-system user that Postgres runs as when Stabbur is started as root
/// @param binaries `bundled`, `auto`, or the folder with the programs of an installed Postgres
/// @param listenAddress where others reach it besides 127.0.0.1; nowhere when absent
/// @param tlsCertificate the certificate for them; one is made when absent
/// @param tlsKey the certificate's key
/// @param access lines of `pg_hba.conf` for them
/// @param settings settings of Postgres, each as name=value
/// @param poolerPort the port of a transaction pooler; none when absent
/// @param poolerAddress where the pooler listens
/// @param poolerProgram PgBouncer's program
/// @param poolerConnections most connections of the pooler to the database, for each user
@ConfigurationProperties("stabbur.postgres")
public record PostgresSettings(
    @Bindable(defaultValue = "stabbur") String osUser,
    @Bindable(defaultValue = PostgresPrograms.BUNDLED) String binaries,
    @Bindable(defaultValue = "") List<String> listenAddress,
    @Nullable Path tlsCertificate,
    @Nullable Path tlsKey,
    @Bindable(defaultValue = "hostssl all all all scram-sha-256") List<String> access,
    @Bindable(defaultValue = "") List<String> settings,
    @Nullable Integer poolerPort,
    @Bindable(defaultValue = "127.0.0.1") String poolerAddress,
    @Bindable(defaultValue = "/usr/sbin/pgbouncer") Path poolerProgram,
    @Bindable(defaultValue = "20") int poolerConnections) {
  private static final Pattern SETTING =
      Pattern.compile("\\s*([a-z][a-z0-9_.]*)\\s*=(.*)", Pattern.DOTALL);

  /// What the image with an installed Postgres sets instead of `bundled`.
  private static final String BINARIES = "STABBUR_POSTGRES_BINARIES";

  /// What Stabbur sets itself, with where to set it instead.
  private static final Map<String, String> OTHERWISE =
      Map.of(
          "listen_addresses", "stabbur.postgres.listen-address",
          "port", "database-port of the project",
          "hba_file", "stabbur.postgres.access",
          "ssl", "stabbur.postgres.listen-address",
          "ssl_cert_file", "stabbur.postgres.tls-certificate",
          "ssl_key_file", "stabbur.postgres.tls-key");

  private static final Set<String> FIXED =
      Set.of(
          "unix_socket_directories",
          "wal_level",
          "password_encryption",
          "data_directory",
          "config_file",
          "fsync",
          "full_page_writes",
          "log_parameter_max_length",
          "log_parameter_max_length_on_error");

  public PostgresSettings {
    if (!osUser.matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
      throw new IllegalArgumentException("stabbur.postgres.os-user must be the name of a user");
    }
    listenAddress = listenAddress.stream().filter(each -> !each.isBlank()).toList();
    access = access.stream().filter(each -> !each.isBlank()).toList();
    settings = settings.stream().filter(each -> !each.isBlank()).toList();
    if ((tlsCertificate == null) != (tlsKey == null)) {
      throw new StartFailure(
          "stabbur.postgres.tls-certificate and tls-key belong together; set both, or neither to have a certificate made.");
    }
    for (var line : access) {
      if (!line.matches("(host|hostssl|hostnossl)\\s+\\S+\\s+\\S+\\s+\\S.*")
          || line.contains("\n")) {
        throw new StartFailure(
            "`%s` under stabbur.postgres.access is no line of pg_hba.conf; write for example: hostssl all all 10.0.0.0/8 scram-sha-256."
                .formatted(line));
      }
      if (line.strip().endsWith("trust")) {
        throw new StartFailure(
            "`%s` under stabbur.postgres.access would let everybody in without a password; write scram-sha-256 instead of trust."
                .formatted(line));
      }
    }
    var _ = parsed(settings);
  }

  /// How the embedded server of a project is set up.
  EngineOptions options() {
    return new EngineOptions(
        programs(), listenAddress, access, tlsCertificate, tlsKey, parsed(settings));
  }

  /// How the transaction pooler is set up; empty for none.
  Optional<TransactionPooler.Options> pooler() {
    return Optional.ofNullable(poolerPort)
        .map(
            port ->
                new TransactionPooler.Options(
                    poolerProgram, poolerAddress, port, poolerConnections));
  }

  private static Map<String, String> parsed(List<String> settings) {
    var found = new LinkedHashMap<String, String>();
    for (var setting : settings) {
      var parts = SETTING.matcher(setting);
      if (!parts.matches() || setting.contains("\n")) {
        throw new StartFailure(
            "`%s` under stabbur.postgres.settings must look like work_mem=16MB."
                .formatted(setting));
      }
      var name = parts.group(1);
      if (OTHERWISE.containsKey(name)) {
        throw new StartFailure(
            "stabbur.postgres.settings cannot set %s; use %s."
                .formatted(name, OTHERWISE.get(name)));
      }
      if (FIXED.contains(name)) {
        throw new StartFailure(
            "stabbur.postgres.settings cannot set %s, which Stabbur depends on; leave it out."
                .formatted(name));
      }
      var value = parts.group(2).strip();
      found.put(name, value);
    }
    return found;
  }

  public PostgresPrograms programs() {
    var installed = System.getenv(BINARIES);
    return new PostgresPrograms(
        osUser,
        installed != null && binaries.equals(PostgresPrograms.BUNDLED) ? installed : binaries);
  }
}

package io.stabbur.project.embedded;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The text of the configuration that an embedded Postgres is started with.
final class EngineConfiguration {
  static final String CERTIFICATE = "stabbur.crt";
  static final String KEY = "stabbur.key";
  static final String ACCESS = "stabbur_hba.conf";

  /// What a standby or a recovery must have as large as the server that wrote the log.
  private static final Pattern CAPACITY =
      Pattern.compile(
          "(?m)^(max_connections|max_worker_processes|max_wal_senders|max_prepared_transactions"
              + "|max_locks_per_transaction) = '?(\\d+)'?$");

  private static final long MIB = 1L << 20;

  private EngineConfiguration() {}

  /// The settings file.
  ///
  /// @param memory bytes of the machine or the container
  /// @param earlier the file of the original of a copy; empty for none
  static String text(int port, Engine engine, EngineOptions options, long memory, String earlier) {
    var settings = new LinkedHashMap<String, String>();
    settings.put("listen_addresses", String.join(",", addresses(options)));
    settings.put("port", Integer.toString(port));
    settings.put("unix_socket_directories", "");
    settings.put("max_connections", "120");
    settings.put("shared_buffers", mib(memory / 16, 128, 512));
    settings.put("effective_cache_size", mib(memory / 2, 512, 64 << 10));
    settings.put("work_mem", mib(memory / 1024, 4, 32));
    settings.put("maintenance_work_mem", mib(memory / 32, 64, 512));
    settings.put("wal_level", "logical");
    settings.put("max_wal_senders", "10");
    settings.put("max_replication_slots", "10");
    // a reader that does not come back must not fill the disk with log; beyond this it starts anew
    settings.put("max_slot_wal_keep_size", "4GB");
    settings.put("shared_preload_libraries", preloaded(engine, options, List.of()));
    settings.put("password_encryption", "scram-sha-256");
    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    settings.put("lc_messages", "C");
    // values of statements may be personal data: they never reach the log
    settings.put("log_parameter_max_length", "0");
    settings.put("log_parameter_max_length_on_error", "0");
    settings.put("hba_file", ACCESS);
    settings.put("ssl", options.isOpen() ? "on" : "off");
    if (options.isOpen()) {
      settings.put("ssl_cert_file", CERTIFICATE);
      settings.put("ssl_key_file", KEY);
      settings.put("ssl_min_protocol_version", "TLSv1.2");
    }
    capacities(earlier)
        .forEach((name, value) -> settings.merge(name, value, EngineConfiguration::larger));
    options
        .settings()
        .forEach((name, value) -> settings.put(name, given(engine, options, name, value)));
    return settings.entrySet().stream()
        .map(entry -> "%s = %s".formatted(entry.getKey(), value(entry.getKey(), entry.getValue())))
        .collect(Collectors.joining("\n", "", "\n" + engine.settings() + "\n"));
  }

  private static String given(Engine engine, EngineOptions options, String name, String value) {
    return name.equals("shared_preload_libraries")
        ? preloaded(engine, options, List.of(value.split("\\s*,\\s*")))
        : value;
  }

  /// What is loaded at the start goes on being loaded, but what runs jobs not in a copy.
  private static String preloaded(Engine engine, EngineOptions options, List<String> more) {
    var all = new LinkedHashSet<>(engine.preloaded());
    all.addAll(more);
    return switch (options.jobs()) {
      case RUN -> String.join(",", all);
      case NEVER ->
          all.stream().filter(each -> !each.equals(Engine.CRON)).collect(Collectors.joining(","));
    };
  }

  /// Who may come from where. The superuser never comes from outside: nobody but this process needs
  /// it. A copy of the whole cluster, which has more in it than a project's own database, is the
  /// superuser's alone; streams of changes of one database are no matter of `replication` here.
  static String access(EngineOptions options) {
    return """
        host all all 127.0.0.1/32 scram-sha-256
        host replication %1$s 127.0.0.1/32 scram-sha-256
        host all %1$s all reject
        host replication %1$s all reject
        %2$s
        """
        .formatted(EmbeddedPostgres.SUPERUSER, String.join("\n", options.access()));
  }

  private static List<String> addresses(EngineOptions options) {
    var all = new ArrayList<>(List.of("127.0.0.1"));
    if (options.addresses().stream().anyMatch(each -> each.equals("*") || each.equals("0.0.0.0"))) {
      return List.of("*".equals(options.addresses().getFirst()) ? "*" : "0.0.0.0");
    }
    options.addresses().stream().filter(each -> !all.contains(each)).forEach(all::add);
    return all;
  }

  /// A copy that recovers has to have room for what its original did.
  private static Map<String, String> capacities(String earlier) {
    var found = new LinkedHashMap<String, String>();
    var matcher = CAPACITY.matcher(earlier);
    while (matcher.find()) {
      found.put(matcher.group(1), matcher.group(2));
    }
    return found;
  }

  private static String larger(String one, String two) {
    return Integer.parseInt(one) >= Integer.parseInt(two) ? one : two;
  }

  /// A port without quotes is what the next start looks for.
  private static String value(String name, String value) {
    return name.equals("port") ? value : "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  private static String mib(long bytes, long least, long most) {
    return Math.clamp(bytes / MIB, least, most) + "MB";
  }
}

package io.stabbur.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// PostgREST's names of settings as other names of ours: those of its configuration file, which in
/// the environment are in capitals and begin with `PGRST_`. Names that mean nothing here are told,
/// so that nobody believes in a setting that has no effect.
final class PostgrestNames {
  private static final String PREFIX = "PGRST_";
  private static final String APP = "app.settings.";

  /// How a value is spelt there.
  enum Form {
    TEXT,
    FLAG,
    /// A number of seconds.
    SECONDS,
    /// `minimal` or `verbose`, for our flag whether errors carry all they know.
    VERBOSITY
  }

  /// One name and ours, below `stabbur`.
  record Name(String theirs, String ours, Form form) {}

  private static final List<Name> NAMES =
      List.of(
          new Name("admin-server-host", "rest.admin-host", Form.TEXT),
          new Name("admin-server-port", "rest.admin-port", Form.TEXT),
          new Name("client-error-verbosity", "rest.error-details", Form.VERBOSITY),
          new Name("db-aggregates-enabled", "rest.aggregates", Form.FLAG),
          new Name("db-anon-role", "gateway.anon-role", Form.TEXT),
          new Name("db-channel", "rest.channel", Form.TEXT),
          new Name("db-channel-enabled", "rest.listen", Form.FLAG),
          new Name("db-config", "rest.in-database", Form.FLAG),
          new Name("db-extra-search-path", "rest.extra-search-path", Form.TEXT),
          new Name("db-hoisted-tx-settings", "rest.hoisted-settings", Form.TEXT),
          new Name("db-max-rows", "rest.max-rows", Form.TEXT),
          new Name("db-plan-enabled", "rest.explain", Form.FLAG),
          new Name("db-pool", "projects.default.api-connections", Form.TEXT),
          new Name("db-pool-acquisition-timeout", "projects.default.connection-wait", Form.SECONDS),
          new Name("db-pre-config", "rest.pre-config", Form.TEXT),
          new Name("db-pre-request", "rest.pre-request", Form.TEXT),
          new Name("db-root-spec", "rest.root-routine", Form.TEXT),
          new Name("db-schemas", "rest.schemas", Form.TEXT),
          new Name("db-tx-end", "rest.tx-end", Form.TEXT),
          new Name("jwt-aud", "gateway.audience", Form.TEXT),
          new Name("jwt-role-claim-key", "gateway.role-claim", Form.TEXT),
          new Name("openapi-mode", "rest.open-api-mode", Form.TEXT),
          new Name("openapi-security-active", "rest.open-api-security", Form.FLAG),
          new Name("openapi-server-proxy-uri", "rest.open-api-url", Form.TEXT),
          new Name("server-cors-allowed-origins", "gateway.cors-origins", Form.TEXT),
          new Name("server-timing-enabled", "rest.server-timing", Form.FLAG),
          new Name("server-trace-header", "rest.trace-header", Form.TEXT),
          new Name("url-use-legacy-target-names", "rest.legacy-target-names", Form.FLAG));

  /// Names a setting had before.
  private static final Map<String, String> OLD =
      Map.of(
          "db-schema", "db-schemas",
          "max-rows", "db-max-rows",
          "pre-request", "db-pre-request",
          "role-claim-key", "jwt-role-claim-key",
          "root-spec", "db-root-spec",
          "secret-is-base64", "jwt-secret-is-base64");

  /// What says which database is served, where, and by whose signatures: `serve` takes it from
  /// there, a server of its own has other settings for it.
  private static final Set<String> OF_THE_PROCESS =
      Set.of(
          "db-prepared-statements",
          "db-uri",
          "jwt-secret",
          "jwt-secret-is-base64",
          "server-host",
          "server-port");

  private PostgrestNames() {}

  static List<Name> names() {
    return NAMES;
  }

  /// What sets something of the project `default`, and so would make it where there is none.
  static SequencedCollection<String> ofTheDefaultProject() {
    return NAMES.stream()
        .filter(name -> name.ours.startsWith("projects.default."))
        .map(Name::theirs)
        .toList();
  }

  static SequencedCollection<String> ofTheProcess() {
    return new TreeSet<>(OF_THE_PROCESS);
  }

  /// What an environment says in PostgREST's names, by the names of its file.
  static Map<String, String> environment(Map<String, String> environment) {
    var keys = new TreeMap<String, String>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX + "APP_SETTINGS_")) {
            keys.put(APP + name.substring((PREFIX + "APP_SETTINGS_").length()), value);
          } else if (name.startsWith(PREFIX)) {
            keys.put(
                name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-'), value);
          }
        });
    return current(keys);
  }

  /// A key as the environment spells it.
  static String inEnvironment(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /// The same keys by the names they have now, which win over the older ones.
  static Map<String, String> current(Map<String, String> keys) {
    var current = new TreeMap<String, String>();
    keys.forEach(
        (key, value) -> {
          if (OLD.containsKey(key)) {
            current.putIfAbsent(OLD.getOrDefault(key, key), value);
          } else {
            current.put(key, value);
          }
        });
    return current;
  }

  /// Those of the keys that have no effect.
  static List<String> unknown(Map<String, String> keys) {
    return keys.keySet().stream()
        .filter(key -> !key.startsWith(APP) && !OF_THE_PROCESS.contains(key))
        .filter(key -> NAMES.stream().noneMatch(name -> name.theirs.equals(key)))
        .toList();
  }

  /// Our settings for their keys. An empty value says nothing, but for a list that may be empty.
  static Map<String, Object> settings(Map<String, String> keys) {
    var settings = new LinkedHashMap<String, Object>();
    for (var name : NAMES) {
      var value = keys.get(name.theirs);
      if (value != null && (!value.isEmpty() || name.theirs.equals("db-extra-search-path"))) {
        settings.put("stabbur." + name.ours, value(name, value));
      }
    }
    var app =
        keys.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(APP))
            .map(entry -> entry.getKey().substring(APP.length()) + "=" + entry.getValue())
            .toList();
    if (!app.isEmpty()) {
      settings.put("stabbur.rest.app-settings", app);
    }
    return settings;
  }

  private static Object value(Name name, String value) {
    return switch (name.form) {
      case TEXT -> value;
      case FLAG -> isOn(value);
      case SECONDS -> value + "s";
      case VERBOSITY -> !value.equals("minimal");
    };
  }

  /// True in any spelling, and any number above zero.
  static boolean isOn(@Nullable String value) {
    if (value == null) {
      return false;
    }
    return value.equalsIgnoreCase("true") || value.matches("0*[1-9][0-9]*");
  }
}

package io.stabbur.data;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.plan.PlanRules.Permission;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Settings by the names PostgREST gives them, from two places: our own settings, and the database
/// (`pgrst.*`), which wins.
final class PostgrestKeys {
  private static final String APP = "app.settings.";

  private final Map<String, String> values = new HashMap<>();

  static PostgrestKeys of(DataSettings settings) {
    var keys = new PostgrestKeys();
    keys.putAll("db-schemas", settings.schemas());
    keys.putAll("db-extra-search-path", settings.extraSearchPath());
    keys.put("db-max-rows", settings.maxRows() == 0 ? "" : settings.maxRows());
    keys.put("db-planned-counts", settings.plannedCounts());
    keys.put("db-max-embeds", settings.maxEmbeds());
    keys.put("db-max-embed-depth", settings.maxEmbedDepth());
    keys.put("db-pre-request", settings.preRequest());
    keys.put("db-root-spec", settings.rootRoutine());
    keys.put("db-tx-end", settings.txEnd());
    keys.put("db-aggregates-enabled", settings.aggregates());
    keys.put("db-plan-enabled", settings.explain());
    keys.put("url-use-legacy-target-names", settings.legacyTargetNames());
    keys.put("db-unfiltered-writes", settings.unfilteredWrites());
    keys.putAll("db-hoisted-tx-settings", settings.hoistedSettings());
    keys.put("openapi-mode", settings.openApiMode());
    keys.put("openapi-security-active", settings.openApiSecurity());
    keys.put("openapi-server-proxy-uri", settings.openApiUrl());
    keys.put("client-error-verbosity", settings.errorDetails() ? "verbose" : "minimal");
    keys.put("server-timing-enabled", settings.serverTiming());
    keys.put("server-trace-header", settings.traceHeader());
    if (settings.appSettings() != null) {
      settings.appSettings().forEach(keys::putApp);
    }
    return keys;
  }

  /// Adds `pgrst.db_schemas` and the like, without their prefix.
  PostgrestKeys database(Map<String, String> settings) {
    settings.forEach((name, value) -> put(name.replace('_', '-'), value));
    return this;
  }

  private void putAll(String key, @Nullable List<String> list) {
    if (list != null) {
      values.put(key, String.join(",", list));
    }
  }

  private void putApp(String setting) {
    var equals = setting.indexOf('=');
    if (equals > 0) {
      values.put(APP + setting.substring(0, equals), setting.substring(equals + 1));
    }
  }

  private void put(String key, @Nullable Object value) {
    if (value != null) {
      values.put(key, value.toString());
    }
  }

  String text(String key, String otherwise) {
    var value = values.get(key);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  @Nullable String optional(String key) {
    var value = values.get(key);
    return value == null || value.isEmpty() ? null : value;
  }

  boolean flag(String key, boolean otherwise) {
    var value = values.get(key);
    return (value == null || value.isEmpty()) ? otherwise : Boolean.parseBoolean(value);
  }

  Permission permission(String key) {
    return flag(key, false) ? Permission.GRANTED : Permission.REFUSED;
  }

  @Nullable Integer number(String key) {
    var value = optional(key);
    try {
      return value == null ? null : Integer.valueOf(value.strip());
    } catch (NumberFormatException _) {
      throw new InvalidSetting("%s is \"%s\", not a whole number".formatted(key, value));
    }
  }

  /// A number that is 0 when it was not set.
  int count(String key) {
    var value = number(key);
    return value == null ? 0 : value;
  }

  @Nullable Name name(String key) {
    var value = optional(key);
    return value == null ? null : Name.parse(value);
  }

  /// An address with a scheme and a host.
  URI address(String key, URI otherwise) {
    var value = text(key, otherwise.toString());
    try {
      var address = new URI(value);
      if (address.getScheme() != null && address.getHost() != null) {
        return address;
      }
    } catch (URISyntaxException _) {
      // refused below
    }
    throw new InvalidSetting("%s is \"%s\", not an address".formatted(key, value));
  }

  /// One of several words; the first when nothing is set.
  String oneOf(String key, String first, String... others) {
    var value = text(key, first);
    if (!value.equals(first) && !List.of(others).contains(value)) {
      throw new InvalidSetting(
          "%s is \"%s\", not %s or %s".formatted(key, value, first, String.join(" or ", others)));
    }
    return value;
  }

  /// A list; one that was set to nothing is empty, not the default.
  List<String> list(String key, List<String> otherwise) {
    var value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    var list = new ArrayList<String>();
    for (var item : value.split(",", -1)) {
      if (!item.isBlank()) {
        list.add(item.strip());
      }
    }
    return List.copyOf(list);
  }

  Map<String, String> appSettings() {
    var settings = new HashMap<String, String>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(APP)) {
            settings.put(key, value);
          }
        });
    return settings;
  }
}

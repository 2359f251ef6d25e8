package io.stabbur.cli;

import io.stabbur.project.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A PostgREST configuration file, `key = value` a line, as settings of ours.
final class PostgrestFile {
  private static final String PROJECT = "stabbur.projects.default.";
  private static final Map<String, String> REST =
      Map.ofEntries(
          Map.entry("db-schemas", "schemas"),
          Map.entry("db-extra-search-path", "extra-search-path"),
          Map.entry("db-max-rows", "max-rows"),
          Map.entry("db-pre-request", "pre-request"),
          Map.entry("db-root-spec", "root-routine"),
          Map.entry("db-tx-end", "tx-end"),
          Map.entry("db-aggregates-enabled", "aggregates"),
          Map.entry("db-plan-enabled", "explain"),
          Map.entry("db-hoisted-tx-settings", "hoisted-settings"),
          Map.entry("db-channel", "channel"),
          Map.entry("db-channel-enabled", "listen"),
          Map.entry("db-config", "in-database"),
          Map.entry("db-pre-config", "pre-config"),
          Map.entry("url-use-legacy-target-names", "legacy-target-names"),
          Map.entry("openapi-mode", "open-api-mode"),
          Map.entry("openapi-security-active", "open-api-security"),
          Map.entry("openapi-server-proxy-uri", "open-api-url"),
          Map.entry("server-timing-enabled", "server-timing"),
          Map.entry("server-trace-header", "trace-header"));

  private final Map<String, String> keys;

  private PostgrestFile(Map<String, String> keys) {
    this.keys = keys;
  }

  static PostgrestFile read(Path file) {
    try {
      var keys = new LinkedHashMap<String, String>();
      for (var line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        var equals = line.indexOf('=');
        if (equals > 0 && !line.stripLeading().startsWith("#")) {
          keys.put(line.substring(0, equals).strip(), unquoted(line.substring(equals + 1).strip()));
        }
      }
      return new PostgrestFile(keys);
    } catch (IOException e) {
      throw new StartFailure(
          "The configuration file %s cannot be read; check its path.".formatted(file), e);
    }
  }

  private static String unquoted(String value) {
    if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
      return value;
    }
    return value.substring(1, value.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\");
  }

  int port() {
    return Integer.parseInt(keys.getOrDefault("server-port", "3000"));
  }

  /// The settings that make Stabbur serve what PostgREST would.
  Map<String, Object> properties(Path data) {
    var properties = new LinkedHashMap<String, Object>();
    properties.put("micronaut.server.port", port());
    properties.put("stabbur.data", data.toString());
    properties.put("stabbur.migrate", false);
    properties.put("stabbur.gateway.require-api-key", false);
    properties.put("stabbur.gateway.access-log", false);
    properties.put("stabbur.gateway.anon-role", keys.getOrDefault("db-anon-role", ""));
    put(properties, "stabbur.gateway.cors-origins", keys.get("server-cors-allowed-origins"));
    put(properties, "stabbur.gateway.audience", keys.get("jwt-aud"));
    properties.put("stabbur.rest.path", "/");
    properties.put("stabbur.rest.extra-search-path", "public");
    properties.put("stabbur.rest.server-timing", false);
    properties.put("stabbur.rest.max-rows", 0);
    REST.forEach((theirs, ours) -> put(properties, "stabbur.rest." + ours, keys.get(theirs)));
    properties.put(
        "stabbur.rest.error-details", !"minimal".equals(keys.get("client-error-verbosity")));
    appSettings(properties);
    project(properties);
    return properties;
  }

  private static void put(Map<String, Object> properties, String key, @Nullable String value) {
    if (value != null) {
      properties.put(key, value);
    }
  }

  private void appSettings(Map<String, Object> properties) {
    var settings = new ArrayList<String>();
    keys.forEach(
        (key, value) -> {
          if (key.startsWith("app.settings.")) {
            settings.add(key.substring("app.settings.".length()) + "=" + value);
          }
        });
    properties.put("stabbur.rest.app-settings", settings);
  }

  private void project(Map<String, Object> properties) {
    var uri = URI.create(keys.getOrDefault("db-uri", "postgresql://localhost/postgres"));
    var user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
    var colon = user.indexOf(':');
    properties.put(
        PROJECT + "database-url",
        "postgresql://" + uri.getHost() + port(uri) + uri.getPath() + preparing());
    var name = colon < 0 ? user : user.substring(0, colon);
    var password = colon < 0 ? "" : user.substring(colon + 1);
    properties.put(PROJECT + "api-user", name);
    properties.put(PROJECT + "api-password", password);
    // the file knows one login, and nothing here needs another
    properties.put(PROJECT + "admin-user", name);
    properties.put(PROJECT + "admin-password", password);
    properties.put(PROJECT + "prepare", false);
    properties.put(PROJECT + "admin-connections", 1);
    put(properties, PROJECT + "api-connections", keys.get("db-pool"));
    properties.put(PROJECT + "jwt-secret", jwtSecret());
    // nobody asks for API keys here, so none are made
    properties.put(PROJECT + "anon-key", "");
    properties.put(PROJECT + "service-role-key", "");
  }

  /// PostgREST can be kept from preparing statements, for poolers that do not know them; so can the
  /// driver.
  private String preparing() {
    return Boolean.parseBoolean(keys.getOrDefault("db-prepared-statements", "true"))
        ? ""
        : "?prepareThreshold=0";
  }

  private static String port(URI uri) {
    return uri.getPort() < 0 ? "" : ":" + uri.getPort();
  }

  private String jwtSecret() {
    var secret = keys.getOrDefault("jwt-secret", "");
    if (secret.isEmpty() || !Boolean.parseBoolean(keys.get("jwt-secret-is-base64"))) {
      return secret;
    }
    var bytes = Base64.getDecoder().decode(secret.replace('-', '+').replace('_', '/'));
    // as a JSON web key, since bytes need not be text
    return "{\"kty\":\"oct\",\"k\":\"%s\"}"
        .formatted(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }
}

package io.stabbur.cli;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.DatabaseUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A PostgREST configuration: a file, `key = value` a line, and the environment, which wins. As
/// settings of ours they make Stabbur serve what PostgREST would.
final class PostgrestFile {
  private static final String PROJECT = "stabbur.projects.default.";

  /// A key, and a value in quotes or up to a comment.
  private static final Pattern LINE =
      Pattern.compile(
          "\\s*([A-Za-z][A-Za-z0-9._-]*)\\s*=\\s*(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^\"#]*?))\\s*(?:#.*)?");

  private final Map<String, String> keys;

  private PostgrestFile(Map<String, String> keys) {
    this.keys = keys;
  }

  static PostgrestFile read(Path file, Map<String, String> environment) {
    var keys = new HashMap<>(PostgrestNames.current(parse(text(file))));
    keys.putAll(PostgrestNames.environment(environment));
    return new PostgrestFile(keys);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new StartFailure(
          "The configuration file %s cannot be read; check its path.".formatted(file), e);
    }
  }

  private static Map<String, String> parse(String text) {
    var keys = new LinkedHashMap<String, String>();
    int number = 0;
    for (var line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      var found = LINE.matcher(line);
      if (!found.matches()) {
        // it is not repeated, since a secret may stand in it
        throw new StartFailure(
            "Line %d of the configuration is not key = value; a quote in a quoted value needs a backslash."
                .formatted(number));
      }
      keys.put(found.group(1), found.group(2) == null ? found.group(3) : unescaped(found.group(2)));
    }
    return keys;
  }

  /// In quotes a backslash protects what follows it, and `$` begins a name unless it is doubled.
  private static String unescaped(String value) {
    return value.replaceAll("\\\\(.)", "$1").replace("$$", "$");
  }

  /// Keys that have no effect here.
  List<String> unknown() {
    return PostgrestNames.unknown(keys);
  }

  /// The settings that make Stabbur serve what PostgREST would.
  Map<String, Object> properties(Path data) {
    var properties = new LinkedHashMap<String, Object>();
    properties.put("micronaut.server.host", host("server-host", "!4"));
    properties.put("micronaut.server.port", Integer.parseInt(text("server-port", "3000")));
    properties.put("stabbur.data", data.toString());
    properties.put("stabbur.migrate", false);
    properties.put("stabbur.gateway.data-only", true);
    properties.put("stabbur.gateway.require-api-key", false);
    properties.put("stabbur.gateway.access-log", false);
    properties.put("stabbur.gateway.anon-role", "");
    properties.put("stabbur.rest.path", "/");
    properties.put("stabbur.rest.extra-search-path", "public");
    properties.put("stabbur.rest.server-timing", false);
    properties.put("stabbur.rest.max-rows", 0);
    properties.putAll(PostgrestNames.settings(keys));
    properties.put("stabbur.rest.admin-host", host("admin-server-host", text("server-host", "!4")));
    project(properties);
    return properties;
  }

  private String text(String key, String otherwise) {
    var value = keys.getOrDefault(key, "");
    return value.isEmpty() ? otherwise : value;
  }

  /// PostgREST's words for all addresses, of either or both families.
  private String host(String key, String otherwise) {
    var host = text(key, otherwise);
    return switch (host) {
      case "!4", "*4" -> "0.0.0.0";
      case "*", "!6", "*6" -> "::";
      default -> host;
    };
  }

  private void project(Map<String, Object> properties) {
    var url = DatabaseUrl.parse(fromFile(text("db-uri", "postgresql://localhost/postgres")));
    var name = url.user() == null ? "" : url.user();
    var password = url.password() == null ? "" : url.password().reveal();
    properties.put(PROJECT + "database-url", preparing(url.jdbc()));
    properties.put(PROJECT + "api-user", name);
    properties.put(PROJECT + "api-password", password);
    // the file knows one login, and nothing here needs another
    properties.put(PROJECT + "admin-user", name);
    properties.put(PROJECT + "admin-password", password);
    properties.put(PROJECT + "prepare", false);
    properties.put(PROJECT + "admin-connections", 1);
    properties.put(PROJECT + "jwt-secret", jwtSecret());
    // nobody asks for API keys here, so none are made
    properties.put(PROJECT + "anon-key", "");
    properties.put(PROJECT + "service-role-key", "");
  }

  /// PostgREST can be kept from preparing statements, for poolers that do not know them; so can the
  /// driver.
  private String preparing(String url) {
    return PostgrestNames.isOn(text("db-prepared-statements", "true"))
        ? url
        : url + (url.contains("?") ? "&" : "?") + "prepareThreshold=0";
  }

  /// A value that begins with `@` is kept in the file named after it.
  private static String fromFile(String value) {
    return value.startsWith("@") ? text(Path.of(value.substring(1))).strip() : value;
  }

  private String jwtSecret() {
    var secret = fromFile(text("jwt-secret", ""));
    if (secret.isEmpty() || !PostgrestNames.isOn(keys.get("jwt-secret-is-base64"))) {
      return secret;
    }
    var bytes = Base64.getDecoder().decode(secret.replace('-', '+').replace('_', '/'));
    // as a JSON web key, since bytes need not be text
    return "{\"kty\":\"oct\",\"k\":\"%s\"}"
        .formatted(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }
}

package io.stabbur.platform.config;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What somebody may have meant by a key that is no setting: one that was renamed, one that
/// Supabase's `config.toml` knows under another name, or the nearest by its letters.
final class SettingHints {
  private static final Map<String, String> OTHER_NAMES =
      Map.ofEntries(
          Map.entry("stabbur.port", "the option --port"),
          Map.entry("stabbur.host", "the option --host"),
          Map.entry("stabbur.api", "stabbur.rest"),
          Map.entry("stabbur.db", "stabbur.projects.default.database-url and its neighbours"),
          Map.entry("stabbur.database-url", "stabbur.projects.default.database-url"),
          Map.entry("stabbur.jwt-secret", "stabbur.projects.default.jwt-secret"),
          Map.entry("stabbur.auth.jwt-expiry", "stabbur.auth.token.life"),
          Map.entry("stabbur.auth.enable-signup", "stabbur.auth.signup"),
          Map.entry("stabbur.auth.additional-redirect-urls", "stabbur.auth.redirect-urls"),
          Map.entry("stabbur.auth.minimum-password-length", "stabbur.auth.password.min-length"),
          Map.entry("stabbur.auth.enable-anonymous-sign-ins", "stabbur.auth.anonymous"),
          Map.entry("stabbur.auth.enable-manual-linking", "stabbur.auth.manual-linking"),
          Map.entry("stabbur.auth.external", "stabbur.auth.providers"),
          Map.entry("stabbur.auth.smtp", "stabbur.auth.mail"),
          Map.entry("stabbur.smtp", "stabbur.auth.mail"),
          Map.entry("stabbur.mail", "stabbur.auth.mail"),
          Map.entry("stabbur.s3", "stabbur.projects.default.store-endpoint and its neighbours"),
          Map.entry("stabbur.edge-runtime", "stabbur.functions"),
          Map.entry("stabbur.alerts", "stabbur.operations.alerts"),
          Map.entry("stabbur.metrics", "stabbur.operations.metrics"),
          Map.entry("stabbur.pooler", "stabbur.postgres.pooler-port"));

  /// What a key of a project is called elsewhere.
  private static final Map<String, String> OF_PROJECTS =
      Map.of(
          "url", "database-url",
          "db-url", "database-url",
          "pool-size", "api-connections",
          "password", "admin-password",
          "bucket", "store-bucket",
          "host", "hosts");

  private SettingHints() {}

  /// The setting that was meant by a path; empty where none is near.
  static Optional<String> of(String path, KnownSettings known) {
    for (var at = path; at.contains("."); at = at.substring(0, at.lastIndexOf('.'))) {
      var other = OTHER_NAMES.get(at);
      if (other != null) {
        return Optional.of(other);
      }
    }
    int dot = path.lastIndexOf('.');
    var project = OF_PROJECTS.get(path.substring(dot + 1));
    if (path.startsWith("stabbur.projects.") && project != null) {
      return Optional.of(path.substring(0, dot + 1) + project);
    }
    int most = Math.max(2, (path.length() - "stabbur.".length()) / 5);
    return known.all().stream()
        .map(setting -> named(setting.path(), path))
        .flatMap(setting -> withParents(setting))
        .distinct()
        .filter(candidate -> distance(candidate, path) <= most)
        .min(Comparator.comparingInt(candidate -> distance(candidate, path)));
  }

  /// A section that was misspelt is meant as such.
  private static Stream<String> withParents(String setting) {
    return Stream.iterate(
        setting, at -> at.indexOf('.') > 0, at -> at.substring(0, at.lastIndexOf('.')));
  }

  /// A pattern with the names that the operator chose.
  private static String named(String pattern, String path) {
    var names = path.split("\\.", -1);
    var parts = pattern.split("\\.", -1);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].equals("*")) {
        parts[i] = i < names.length ? names[i] : "NAME";
      }
    }
    return String.join(".", parts);
  }

  /// Letters to add, take away or change.
  private static int distance(String one, String two) {
    var row = new int[two.length() + 1];
    for (int j = 0; j <= two.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= two.length(); j++) {
        int above = row[j];
        int change = diagonal + (one.charAt(i - 1) == two.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[two.length()];
  }
}

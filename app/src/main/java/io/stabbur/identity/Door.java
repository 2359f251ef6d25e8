package io.stabbur.identity;

import java.util.List;

/// How a path is entered: with an API key, with a token that stands for itself, or by anybody.
enum Door {
  /// An API key is needed.
  KEY,
  /// The caller is identified if possible; no API key is needed.
  TOKEN,
  /// Not looked at: health, metrics.
  OPEN;

  private static final List<String> OPEN_PREFIXES = List.of("/health", "/metrics", "/alerts");

  /// Paths that mails, browsers and identity providers follow, which carry no key.
  private static final List<String> KEYLESS_PREFIXES =
      List.of(
          "/storage/v1",
          "/functions/v1",
          "/auth/v1/verify",
          "/auth/v1/callback",
          "/auth/v1/authorize",
          "/auth/v1/.well-known",
          "/auth/v1/sso/saml",
          "/.well-known",
          "/sso/saml");

  static Door of(String path) {
    if (matches(path, OPEN_PREFIXES)) {
      return OPEN;
    }
    return path.equals("/") || matches(path, KEYLESS_PREFIXES) ? TOKEN : KEY;
  }

  private static boolean matches(String path, List<String> prefixes) {
    for (var prefix : prefixes) {
      if (path.startsWith(prefix)
          && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/')) {
        return true;
      }
    }
    return false;
  }
}

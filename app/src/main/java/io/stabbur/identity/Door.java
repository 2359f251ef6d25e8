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

  /// Addresses that carry their own permission, or need none: what else a request shows does not
  /// count against it, since clients send whatever session they have along.
  private static final List<String> SELF_SUFFICIENT =
      List.of(
          "GET /storage/v1/object/public",
          "GET /storage/v1/object/info/public",
          "GET /storage/v1/object/sign",
          "GET /storage/v1/render/image/public",
          "GET /storage/v1/render/image/sign",
          "PUT /storage/v1/object/upload/sign");

  /// Calls that are made to get a session, or that need none.
  private static final List<String> BEFORE_A_SESSION =
      List.of(
          "/auth/v1/health",
          "/auth/v1/settings",
          "/auth/v1/.well-known",
          "/auth/v1/signup",
          "/auth/v1/token",
          "/auth/v1/otp",
          "/auth/v1/magiclink",
          "/auth/v1/recover",
          "/auth/v1/resend",
          "/auth/v1/verify",
          "/auth/v1/authorize",
          "/auth/v1/callback",
          "/auth/v1/sso");

  /// Whether a token that is not good counts as none, instead of refusing the request.
  static boolean forgivesTokens(String path) {
    return matches(path, BEFORE_A_SESSION);
  }

  /// Whether a token is not looked at.
  static boolean ignoresTokens(String method, String path) {
    return matches((method.equals("HEAD") ? "GET" : method) + ' ' + path, SELF_SUFFICIENT)
        || matches(path, List.of("/storage/v1/upload/resumable/sign"));
  }

  /// APIs whose bodies are small by nature: more than this is an attack.
  private static final List<String> SMALL_BODIES = List.of("/auth/v1", "/admin/v1");

  private static final long SMALL_BODY = 1024 * 1024;

  /// APIs that stream what they are sent and count for themselves.
  private static final List<String> STREAMED = List.of("/storage/v1", "/functions/v1");

  /// Most bytes that a body under this path may have.
  static long bodyLimit(String path, long usual) {
    if (matches(path, STREAMED)) {
      return Long.MAX_VALUE;
    }
    return matches(path, SMALL_BODIES) ? Math.min(SMALL_BODY, usual) : usual;
  }

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

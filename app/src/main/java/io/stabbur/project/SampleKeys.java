package io.stabbur.project;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/// The secret and the API keys that every local Supabase has, as its command prints them: they
/// protect nothing. A server for development that only its own machine reaches takes them, so that
/// projects and test suites which name them run unchanged.
final class SampleKeys {
  private static final String SECRET = "super-secret-jwt-token-with-at-least-32-characters-long";
  private static final Set<String> OPAQUE =
      Set.of(
          "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH",
          "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz");
  private static final String ISSUER = "supabase-demo";

  /// What becomes of them.
  enum Use {
    ACCEPTED,
    REFUSED
  }

  private SampleKeys() {}

  static boolean isSecret(String text) {
    return text.contains(SECRET);
  }

  static boolean isApiKey(String text) {
    return OPAQUE.contains(text) || isDemoToken(text);
  }

  private static boolean isDemoToken(String text) {
    var parts = text.split("\\.", -1);
    if (parts.length != 3) {
      return false;
    }
    try {
      var claims =
          Json.parse(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
      var issuer = claims.isObject() ? claims.get("iss") : null;
      return issuer != null && issuer.isString() && issuer.getStringValue().equals(ISSUER);
    } catch (IllegalArgumentException | ApiException _) {
      return false;
    }
  }
}

package io.stabbur.auth.oauth;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import jakarta.inject.Singleton;

/// Whether this project is an authorization server at all.
@Singleton
final class OAuthServer {
  private final OAuthServerSettings settings;

  OAuthServer(OAuthServerSettings settings) {
    this.settings = settings;
  }

  OAuthServerSettings settings() {
    return settings;
  }

  void requireEnabled() {
    if (!settings.enabled()) {
      throw AuthError.notFound(AuthCode.FEATURE_DISABLED, "OAuth server is disabled");
    }
  }
}

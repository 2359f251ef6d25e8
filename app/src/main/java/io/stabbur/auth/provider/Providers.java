package io.stabbur.auth.provider;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The providers the settings switch on, ready to be used.
@Singleton
final class Providers {
  /// Issuers that are the same everywhere.
  private static final Map<String, String> ISSUERS =
      Map.of(
          "apple", "https://appleid.apple.com",
          "google", "https://accounts.google.com",
          "azure", "https://login.microsoftonline.com/common/v2.0",
          "linkedin_oidc", "https://www.linkedin.com/oauth",
          "twitch", "https://id.twitch.tv/oauth2",
          "gitlab", "https://gitlab.com");

  private final ProviderNames names;
  private final OidcKeys keys;
  private final ProviderHttp http;
  private final Map<String, IdentityProvider> made = new ConcurrentHashMap<>();

  Providers(ProviderNames names, OidcKeys keys, ProviderHttp http) {
    this.names = names;
    this.keys = keys;
    this.http = http;
  }

  IdentityProvider get(String name) {
    var settings = settings(name);
    return made.computeIfAbsent(name, _ -> make(settings));
  }

  ProviderSettings settings(String name) {
    return names
        .find(name)
        .filter(settings -> !settings.clientIds().isEmpty())
        .orElseThrow(() -> AuthError.invalid("Unsupported provider: provider is not enabled"));
  }

  /// The OpenID Connect provider an id token may come from: by its name, or by issuer and client.
  OidcProvider forIdToken(String name, String issuer, String clientId) {
    var found = name.isEmpty() ? byIssuer(issuer, clientId) : Optional.of(name);
    var provider =
        found
            .filter(n -> names.find(n).isPresent())
            .map(this::get)
            .orElseThrow(
                () ->
                    AuthError.badRequest(
                        AuthCode.PROVIDER_DISABLED,
                        "Provider (issuer \"" + issuer + "\") is not enabled"));
    if (provider instanceof OidcProvider oidc) {
      return oidc;
    }
    throw AuthError.invalid("Provider " + name + " does not use id tokens");
  }

  private Optional<String> byIssuer(String issuer, String clientId) {
    return names.all().stream()
        .filter(settings -> settings.clientIds().contains(clientId))
        .filter(settings -> issuer(settings).equals(issuer))
        .map(ProviderSettings::name)
        .findFirst();
  }

  private IdentityProvider make(ProviderSettings settings) {
    return switch (settings.name()) {
      case "github" -> new PlainProvider(settings, PlainProvider.Kind.GITHUB, http);
      case "facebook" -> new PlainProvider(settings, PlainProvider.Kind.FACEBOOK, http);
      default -> new OidcProvider(settings, issuer(settings), keys, http);
    };
  }

  private static String issuer(ProviderSettings settings) {
    if (settings.url() != null) {
      return settings.url().toString();
    }
    var known = ISSUERS.get(settings.name());
    if (known == null) {
      throw AuthError.unexpected(
          "The provider " + settings.name() + " needs the url of its issuer in the settings");
    }
    return known;
  }

  static List<String> reserved() {
    return List.of(
        "client_id",
        "client_secret",
        "redirect_uri",
        "response_type",
        "response_mode",
        "request",
        "request_uri",
        "scope",
        "scopes",
        "state",
        "nonce",
        "provider",
        "redirect_to",
        "code_challenge",
        "code_challenge_method",
        "invite_token",
        "skip_http_redirect",
        "flow_type",
        "apikey");
  }
}

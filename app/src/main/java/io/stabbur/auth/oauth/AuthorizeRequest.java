package io.stabbur.auth.oauth;

import io.micronaut.http.HttpParameters;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The parameters of `GET /oauth/authorize`.
///
/// @param challenge the PKCE challenge, made with SHA-256; "" for a device
record AuthorizeRequest(
    String clientId,
    String redirectUri,
    String responseType,
    Scopes scopes,
    String state,
    String resource,
    String challenge,
    String challengeMethod,
    String nonce) {
  private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

  static AuthorizeRequest of(HttpParameters query, String defaultScope) {
    return new AuthorizeRequest(
        text(query, "client_id", ""),
        text(query, "redirect_uri", ""),
        text(query, "response_type", "code"),
        Scopes.of(text(query, "scope", defaultScope)),
        text(query, "state", ""),
        text(query, "resource", ""),
        text(query, "code_challenge", ""),
        text(query, "code_challenge_method", ""),
        text(query, "nonce", ""));
  }

  /// What a device asks for.
  static AuthorizeRequest ofDevice(Scopes scopes) {
    return new AuthorizeRequest("", Authorization.NOWHERE, "code", scopes, "", "", "", "", "");
  }

  private static String text(HttpParameters query, String name, String otherwise) {
    return query.getFirst(name).filter(value -> !value.isEmpty()).orElse(otherwise);
  }

  /// What is wrong with everything but the client and the address to go back to. The program is
  /// told at that address.
  Optional<OAuthFault> fault() {
    if (!responseType.equals("code")) {
      return Optional.of(
          new OAuthFault("unsupported_response_type", "only response_type=code is supported"));
    }
    if (state.length() > 4096 || nonce.length() > 255 || resource.length() > 2048) {
      return invalid("a parameter is too long");
    }
    return scopeFault(scopes).or(this::resourceFault).or(this::pkceFault);
  }

  static Optional<OAuthFault> scopeFault(Scopes scopes) {
    if (scopes.names().isEmpty()) {
      return Optional.of(new OAuthFault("invalid_scope", "scope parameter cannot be empty"));
    }
    return scopes
        .unsupported()
        .map(name -> new OAuthFault("invalid_scope", "unsupported scope: " + name));
  }

  /// RFC 8707.
  private Optional<OAuthFault> resourceFault() {
    if (resource.isEmpty()) {
      return Optional.empty();
    }
    try {
      var uri = new URI(resource);
      if (!uri.isAbsolute() || uri.getRawFragment() != null || uri.getRawQuery() != null) {
        return Optional.of(
            new OAuthFault(
                "invalid_target", "resource must be an absolute URI without query and fragment"));
      }
      return Optional.empty();
    } catch (URISyntaxException _) {
      return Optional.of(new OAuthFault("invalid_target", "resource must be a valid URI"));
    }
  }

  /// A challenge that is the verifier itself (`plain`) protects nothing that was overheard.
  private Optional<OAuthFault> pkceFault() {
    if (challenge.isEmpty() || challengeMethod.isEmpty()) {
      return invalid("PKCE flow requires both code_challenge and code_challenge_method");
    }
    if (!challengeMethod.toLowerCase(Locale.ROOT).equals("s256")) {
      return invalid("code_challenge_method must be 'S256'");
    }
    if (!CHALLENGE.matcher(challenge).matches()) {
      return invalid("code_challenge must be between 43 and 128 characters");
    }
    return Optional.empty();
  }

  private static Optional<OAuthFault> invalid(String description) {
    return Optional.of(new OAuthFault("invalid_request", description));
  }
}

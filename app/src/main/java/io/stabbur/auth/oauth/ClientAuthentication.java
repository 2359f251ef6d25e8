package io.stabbur.auth.oauth;

import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Uuids;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/// Which program asks, and whether it is that program: by its secret in the header or the form, or,
/// where it can keep none, by its name only. What it asks with is checked besides (RFC 6749, 2.3).
@Singleton
final class ClientAuthentication {
  private static final String BASIC = "Basic ";
  private final RequestLimits limits;

  ClientAuthentication(RequestLimits limits) {
    this.limits = limits;
  }

  /// What a request shows.
  private record Shown(String id, String secret, AuthMethod method) {}

  /// The client; programs that prove nothing or have made their proof themselves, and wrong proofs,
  /// are limited by address.
  OAuthClient require(AuthRequest authRequest, OAuthForm form) {
    try {
      var client = check(authRequest, shown(authRequest, form));
      if (client.isPublic() || client.isDynamic()) {
        limits.take(authRequest, RequestLimits.Kind.OAUTH);
      }
      return client;
    } catch (ApiException e) {
      limits.take(authRequest, RequestLimits.Kind.OAUTH);
      throw e;
    }
  }

  private static Shown shown(AuthRequest authRequest, OAuthForm form) {
    var header = authRequest.authorization();
    var inForm = form.text("client_id");
    if (header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      var basic = basic(header.substring(BASIC.length()).strip());
      if (!inForm.isEmpty() && !inForm.equals(basic.id)) {
        throw OAuthFault.refuse("invalid_request", "client_id differs from the one in the header");
      }
      return basic;
    }
    if (inForm.isEmpty()) {
      throw unknown(false, "client_id is required");
    }
    var secret = form.text("client_secret");
    return new Shown(
        inForm, secret, secret.isEmpty() ? AuthMethod.NONE : AuthMethod.CLIENT_SECRET_POST);
  }

  private static Shown basic(String encoded) {
    try {
      var text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      var parts = text.split(":", 2);
      if (parts.length == 2) {
        return new Shown(decoded(parts[0]), decoded(parts[1]), AuthMethod.CLIENT_SECRET_BASIC);
      }
    } catch (IllegalArgumentException _) {
      // refused below
    }
    throw unknown(true, "Invalid client credentials: invalid basic auth format");
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static OAuthClient check(AuthRequest authRequest, Shown shown) {
    boolean header = shown.method == AuthMethod.CLIENT_SECRET_BASIC;
    var id = uuid(shown.id, header);
    var client =
        authRequest
            .read(tx -> new OAuthClients(tx).byId(id))
            .orElseThrow(() -> unknown(header, "Invalid client credentials"));
    if (client.method() != shown.method) {
      throw unknown(
          header,
          "invalid authentication method: client is registered for '%s' but '%s' was used"
              .formatted(client.method().wire(), shown.method.wire()));
    }
    if (!client.isPublic() && !client.hasSecret(shown.secret)) {
      throw unknown(header, "Invalid client credentials");
    }
    return client;
  }

  private static UUID uuid(String id, boolean header) {
    return Uuids.parse(id).orElseThrow(() -> unknown(header, "Invalid client_id format"));
  }

  private static ApiException unknown(boolean byHeader, String description) {
    return new ApiException(new AuthError.UnknownClient(description, byHeader));
  }
}

package io.stabbur.auth.oauth;

import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.JsonBody;
import java.util.List;
import java.util.Optional;

/// What a client is to be registered as (RFC 7591); what is not known is left out.
record ClientRequest(
    List<String> redirectUris,
    List<String> grantTypes,
    AuthMethod method,
    String name,
    String uri,
    String logoUri) {
  private static final List<String> USUAL_GRANTS =
      List.of(GrantType.AUTHORIZATION_CODE.wire(), GrantType.REFRESH_TOKEN.wire());

  static ClientRequest of(JsonBody body) {
    var grants = body.has("grant_types") ? body.texts("grant_types") : USUAL_GRANTS;
    ClientFields.requireGrantTypes(grants);
    var uris = body.texts("redirect_uris");
    // a device that shows a code sends nobody anywhere
    if (grants.contains(GrantType.AUTHORIZATION_CODE.wire()) || !uris.isEmpty()) {
      ClientFields.requireRedirectUris(uris, "redirect_uris is required");
    }
    return new ClientRequest(
        uris,
        grants,
        method(body.text("client_type"), body.text("token_endpoint_auth_method")),
        ClientFields.name(body.text("client_name")),
        ClientFields.address("client_uri", body.text("client_uri")),
        ClientFields.address("logo_uri", body.text("logo_uri")));
  }

  /// The kind of client decides where only it is named; a client that names neither has a secret.
  private static AuthMethod method(String type, String method) {
    if (!List.of("", "public", "confidential").contains(type)) {
      throw AuthError.invalid("client_type must be 'public' or 'confidential'");
    }
    var named = method.isEmpty() ? Optional.<AuthMethod>empty() : Optional.of(named(method));
    var chosen =
        named.orElse(type.equals("public") ? AuthMethod.NONE : AuthMethod.CLIENT_SECRET_BASIC);
    var expected = chosen.isPublic() ? "public" : "confidential";
    if (!type.isEmpty() && !type.equals(expected)) {
      throw AuthError.invalid(
          "client_type '%s' is inconsistent with token_endpoint_auth_method '%s' (expected client_type '%s')"
              .formatted(type, chosen.wire(), expected));
    }
    return chosen;
  }

  static AuthMethod named(String method) {
    return AuthMethod.of(method)
        .orElseThrow(
            () ->
                AuthError.invalid(
                    "token_endpoint_auth_method must be one of: " + AuthMethod.names()));
  }
}

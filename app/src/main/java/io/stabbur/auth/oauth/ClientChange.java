package io.stabbur.auth.oauth;

import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.JsonBody;
import java.util.List;
import java.util.Optional;

/// What is to become different of a client; what is not named stays.
record ClientChange(
    Optional<List<String>> redirectUris,
    Optional<List<String>> grantTypes,
    Optional<AuthMethod> method,
    Optional<String> name,
    Optional<String> uri,
    Optional<String> logoUri) {

  static ClientChange of(JsonBody body, OAuthClient client) {
    var change =
        new ClientChange(
            texts(body, "redirect_uris"),
            texts(body, "grant_types"),
            body.maybeText("token_endpoint_auth_method").map(ClientRequest::named),
            body.maybeText("client_name").map(ClientFields::name),
            body.maybeText("client_uri").map(uri -> ClientFields.address("client_uri", uri)),
            body.maybeText("logo_uri").map(uri -> ClientFields.address("logo_uri", uri)));
    if (change.isEmpty()) {
      throw AuthError.invalid("No fields provided for update");
    }
    change.redirectUris.ifPresent(
        uris -> ClientFields.requireRedirectUris(uris, "redirect_uris cannot be empty"));
    change.grantTypes.ifPresent(ClientFields::requireGrantTypes);
    change.method.ifPresent(method -> requireSameKind(method, client));
    return change;
  }

  private static Optional<List<String>> texts(JsonBody body, String name) {
    return body.has(name) ? Optional.of(body.texts(name)) : Optional.empty();
  }

  private boolean isEmpty() {
    return redirectUris.isEmpty()
        && grantTypes.isEmpty()
        && method.isEmpty()
        && name.isEmpty()
        && uri.isEmpty()
        && logoUri.isEmpty();
  }

  private static void requireSameKind(AuthMethod method, OAuthClient client) {
    if (method.isPublic() != client.isPublic()) {
      throw AuthError.invalid(
          "token_endpoint_auth_method '%s' is not valid for client_type '%s'"
              .formatted(method.wire(), client.isPublic() ? "public" : "confidential"));
    }
  }
}

package io.stabbur.auth.oauth;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.session.Minter;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Uuids;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The beginning of an authorization: a program sends the browser here, and the browser goes on to
/// the app's page, which knows who is signed in and asks. Until client and address are known to
/// belong together, nobody is sent anywhere.
@Singleton
final class AuthorizeFlow {
  private final OAuthServerSettings settings;
  private final Minter minter;

  AuthorizeFlow(OAuthServerSettings settings, Minter minter) {
    this.settings = settings;
    this.minter = minter;
  }

  /// Begins an authorization, or tells the program what is wrong.
  ///
  /// @return where the browser goes
  String start(AuthRequest authRequest, AuthorizeRequest request) {
    if (request.clientId().isEmpty()) {
      throw AuthError.invalid("client_id is required");
    }
    if (request.redirectUri().isEmpty()) {
      throw AuthError.invalid("redirect_uri is required");
    }
    return authRequest.write(
        tx -> {
          var client = new OAuthClients(tx).byId(id(request)).orElseThrow(AuthorizeFlow::unknown);
          if (!client.redirectsTo(request.redirectUri())) {
            throw AuthError.invalid("invalid redirect_uri");
          }
          var fault = fault(authRequest, client, request);
          if (fault.isPresent()) {
            return told(client, request, fault.get());
          }
          var expires = authRequest.now().plus(settings.authorizationLife());
          var id = new Authorizations(tx).begin(client.id(), request, authRequest.now(), expires);
          return ConsentPage.of(settings, authRequest, Map.of("authorization_id", id));
        });
  }

  private static UUID id(AuthorizeRequest request) {
    return Uuids.parse(request.clientId())
        .orElseThrow(
            () ->
                AuthError.badRequest(AuthCode.OAUTH_CLIENT_NOT_FOUND, "invalid client_id format"));
  }

  private static ApiException unknown() {
    return AuthError.badRequest(AuthCode.OAUTH_CLIENT_NOT_FOUND, "invalid client_id");
  }

  private Optional<OAuthFault> fault(
      AuthRequest authRequest, OAuthClient client, AuthorizeRequest request) {
    if (!client.mayUse(GrantType.AUTHORIZATION_CODE)) {
      return Optional.of(
          new OAuthFault(
              "unauthorized_client",
              "Client is not allowed to use grant type: authorization_code"));
    }
    return request
        .fault()
        .or(() -> IdTokens.fault(minter, authRequest.project(), request.scopes()))
        .or(this::unconfigured);
  }

  private Optional<OAuthFault> unconfigured() {
    return settings.authorizationPath() == null
        ? Optional.of(new OAuthFault("server_error", "oauth authorization path not configured"))
        : Optional.empty();
  }

  /// The page of a program that registered itself gets no browser before somebody has consented: a
  /// link to this server would lead to any page there is (RFC 9700, 4.11.2). Programs on the
  /// person's own machine are told.
  private static String told(OAuthClient client, AuthorizeRequest request, OAuthFault fault) {
    if (client.isDynamic() && RedirectUri.isPage(request.redirectUri())) {
      throw fault.refusal();
    }
    return back(request, fault);
  }

  private static String back(AuthorizeRequest request, OAuthFault fault) {
    var values = new LinkedHashMap<String, String>();
    values.put("error", fault.error());
    values.put("error_description", fault.description());
    values.put("state", request.state());
    return QueryText.add(request.redirectUri(), values);
  }
}

package io.stabbur.auth.oauth;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.session.Grant;
import io.stabbur.auth.session.IssuedSession;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.session.RefreshGrant;
import io.stabbur.auth.session.Sessions;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/// `POST /oauth/token`: a code, a refresh token or a device's code becomes tokens. What is refused
/// may have changed something all the same, so a refusal is an outcome of the transaction.
@Singleton
final class TokenFlow {
  private static final String METHOD = "oauth_provider/authorization_code";

  private final Issuer issuer;
  private final RefreshGrant refresh;
  private final IdTokens idTokens;
  private final DeviceFlow devices;
  private final Audit audit;

  TokenFlow(
      Issuer issuer, RefreshGrant refresh, IdTokens idTokens, DeviceFlow devices, Audit audit) {
    this.issuer = issuer;
    this.refresh = refresh;
    this.idTokens = idTokens;
    this.devices = devices;
    this.audit = audit;
  }

  private sealed interface Outcome {
    record Issued(JsonNode tokens, UUID session) implements Outcome {}

    record Refused(ApiException error) implements Outcome {}
  }

  JsonNode tokens(AuthRequest authRequest, OAuthClient client, OAuthForm form) {
    var name = form.required("grant_type", "grant_type is required");
    var type =
        GrantType.of(name)
            .orElseThrow(
                () ->
                    OAuthFault.refuse("unsupported_grant_type", "Unsupported grant type: " + name));
    if (!client.mayUse(type)) {
      throw OAuthFault.refuse(
          "unauthorized_client", "Client is not allowed to use grant type: " + name);
    }
    return switch (type) {
      case AUTHORIZATION_CODE ->
          result(authRequest.write(tx -> code(tx, authRequest, client, form)));
      case DEVICE_CODE -> {
        devices.requireEnabled();
        yield result(authRequest.write(tx -> device(tx, authRequest, client, form)));
      }
      case REFRESH_TOKEN -> refreshed(authRequest, client, form);
    };
  }

  private static JsonNode result(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Issued(var tokens, _) -> tokens;
      case Outcome.Refused(var error) -> throw error;
    };
  }

  private Outcome code(
      Transaction tx, AuthRequest authRequest, OAuthClient client, OAuthForm form) {
    var code = form.required("code", "code is required for authorization_code grant");
    var authorizations = new Authorizations(tx);
    var found = authorizations.byCode(code);
    if (found.isEmpty()) {
      // somebody has it who should not: what it was exchanged for ends (RFC 6749, 4.1.2)
      authorizations.sessionOfUsed(code).ifPresent(new Sessions(tx)::end);
      return invalid("Invalid authorization code");
    }
    var authorization = found.get();
    var fault = fault(authRequest, client, form, authorization);
    if (fault.isPresent()) {
      return invalid(fault.get());
    }
    var issued = issue(tx, authRequest, client, authorization);
    if (issued instanceof Outcome.Issued(_, var session)) {
      authorizations.delete(authorization);
      authorizations.noteUsed(code, session, authRequest.now());
    }
    return issued;
  }

  private static Optional<String> fault(
      AuthRequest authRequest, OAuthClient client, OAuthForm form, Authorization authorization) {
    var redirect = form.text("redirect_uri");
    var resource = form.text("resource");
    if (!authorization.clientId().equals(client.id())) {
      return Optional.of("Authorization code was not issued for this client");
    }
    if (authorization.isExpired(authRequest.now())) {
      return Optional.of("Authorization code has expired");
    }
    if (!resource.isEmpty() && !resource.equals(authorization.resource())) {
      return Optional.of("Authorization code resource does not match the resource parameter");
    }
    if (!redirect.isEmpty() && !redirect.equals(authorization.redirectUri())) {
      return Optional.of("Invalid redirect_uri");
    }
    boolean proved =
        authorization
            .pkce()
            .filter(pkce -> pkce.isProvedBy(form.text("code_verifier")))
            .isPresent();
    return proved ? Optional.empty() : Optional.of("PKCE verification failed");
  }

  private Outcome device(
      Transaction tx, AuthRequest authRequest, OAuthClient client, OAuthForm form) {
    var code = form.required("device_code", "device_code is required");
    var asking = new Devices(tx).ask(code, authRequest.now());
    var found = asking.flatMap(one -> new Authorizations(tx).locked(one.authorizationId()));
    if (asking.isEmpty() || found.filter(one -> one.clientId().equals(client.id())).isEmpty()) {
      return invalid("Invalid device code");
    }
    var authorization = found.get();
    if (authorization.isExpired(authRequest.now())) {
      return refused("expired_token", "The device code has expired");
    }
    if (asking.get().tooSoon()) {
      return refused("slow_down", "The device asks too often");
    }
    if (authorization.isDenied()) {
      return refused("access_denied", "User denied the request");
    }
    if (!authorization.isApproved()) {
      return refused("authorization_pending", "The user has not decided yet");
    }
    var issued = issue(tx, authRequest, client, authorization);
    if (issued instanceof Outcome.Issued) {
      new Authorizations(tx).delete(authorization);
      new Devices(tx).delete(code);
    }
    return issued;
  }

  private Outcome issue(
      Transaction tx, AuthRequest authRequest, OAuthClient client, Authorization authorization) {
    var id = authorization.userId();
    var user = id == null ? Optional.<User>empty() : new Users(tx).byId(id);
    if (user.filter(one -> !one.deleted()).isEmpty()) {
      return invalid("User not found for authorization code");
    }
    if (user.get().banned(authRequest.now())) {
      return refused("access_denied", "User is banned");
    }
    var traits =
        new Fields()
            .put("provider_type", "oauth_provider_authorization_code")
            .put("client_id", client.id().toString());
    audit.write(tx, authRequest, Audit.Action.LOGIN, user.get(), traits.node());
    var scopes = authorization.scopes();
    var grant = Grant.ofClient(user.get(), METHOD, client.id(), scopes.text());
    var session = issuer.in(tx, authRequest).begin(grant);
    var fields = tokens(session, scopes.text());
    if (scopes.has(Scopes.OPENID)) {
      fields.put("id_token", idTokens.sign(authRequest, user.get(), client, authorization));
    }
    return new Outcome.Issued(fields.node(), session.id());
  }

  private JsonNode refreshed(AuthRequest authRequest, OAuthClient client, OAuthForm form) {
    var token = form.required("refresh_token", "refresh_token is required for refresh_token grant");
    try {
      var session = refresh.refresh(authRequest, token, Optional.of(client.id()));
      return tokens(session, "").node();
    } catch (ApiException e) {
      throw asGrant(e);
    }
  }

  /// The account API's words, under the code that OAuth clients know.
  private static ApiException asGrant(ApiException e) {
    return switch (e.error()) {
      case AuthError.Refused(int status, _, var message) when status == 400 ->
          OAuthFault.refuse("invalid_grant", message);
      default -> e;
    };
  }

  private static Fields tokens(IssuedSession session, String scope) {
    return new Fields()
        .put("access_token", session.accessToken())
        .put("token_type", "bearer")
        .put("expires_in", session.expiresIn())
        .put("refresh_token", session.refreshToken())
        .maybe("scope", scope);
  }

  private static Outcome invalid(String description) {
    return refused("invalid_grant", description);
  }

  private static Outcome refused(String error, String description) {
    return new Outcome.Refused(OAuthFault.refuse(error, description));
  }

  /// `POST /oauth/revoke` (RFC 7009): ends the session a refresh token belongs to, if it is this
  /// client's. Any other token is as good as revoked.
  void revoke(AuthRequest authRequest, OAuthClient client, OAuthForm form) {
    var token = form.required("token", "token is required");
    authRequest.write(
        tx -> {
          sessionOf(tx, token)
              .flatMap(id -> new Sessions(tx).byId(id))
              .filter(session -> client.id().equals(session.clientId()))
              .ifPresent(session -> new Sessions(tx).end(session.id()));
          return true;
        });
  }

  private Optional<UUID> sessionOf(Transaction tx, String token) {
    return refresh.sessionOf(tx, token);
  }
}

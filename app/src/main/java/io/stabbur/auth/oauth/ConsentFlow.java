package io.stabbur.auth.oauth;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.User;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Sessions;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// What the app's page asks and tells on behalf of whoever is signed in there. The first who looks
/// at an authorization is the one it is about. A program that was let in before, with at least
/// these scopes, is let in again without a question; a device never is, for its code may have been
/// sent by somebody else.
@Singleton
final class ConsentFlow {
  private final OAuthServerSettings settings;
  private final Bearers bearers;
  private final Audit audit;

  ConsentFlow(OAuthServerSettings settings, Bearers bearers, Audit audit) {
    this.settings = settings;
    this.bearers = bearers;
    this.audit = audit;
  }

  /// What is asked, or where the browser goes at once.
  JsonNode show(AuthRequest authRequest, String id) {
    return authRequest.write(
        tx -> {
          var user = bearers.requireWithSession(tx, authRequest).user();
          var authorization =
              open(tx, authRequest, id, "authorization request cannot be processed");
          boolean first = authorization.userId() == null;
          if (!first && !authorization.isOf(user.id())) {
            throw notFound();
          }
          if (first) {
            new Authorizations(tx).bind(authorization, user.id());
          }
          return first && isKnown(tx, user, authorization)
              ? redirect(approved(tx, authRequest, authorization))
              : details(tx, user, authorization);
        });
  }

  /// The same for a device, by the code that it shows.
  JsonNode showDevice(AuthRequest authRequest, String userCode) {
    var id =
        authRequest
            .read(tx -> new Devices(tx).authorization(userCode, authRequest.now()))
            .orElseThrow(ConsentFlow::notFound);
    return show(authRequest, id);
  }

  private static boolean isKnown(Transaction tx, User user, Authorization authorization) {
    return !authorization.isOfDevice()
        && new Consents(tx)
            .active(user.id(), authorization.clientId())
            .filter(given -> given.covers(authorization.scopes()))
            .isPresent();
  }

  private static JsonNode details(Transaction tx, User user, Authorization authorization) {
    var client =
        new OAuthClients(tx).byId(authorization.clientId()).orElseThrow(ConsentFlow::notFound);
    return new Fields()
        .put("authorization_id", authorization.publicId())
        .maybe("redirect_uri", authorization.isOfDevice() ? "" : authorization.redirectUri())
        .put("client", client.described())
        .put(
            "user",
            new Fields().put("id", user.id().toString()).maybe("email", user.email()).node())
        .put("scope", authorization.scopes().text())
        .node();
  }

  /// Lets the program in or not.
  JsonNode decide(AuthRequest authRequest, String id, boolean approve) {
    return authRequest.write(
        tx -> {
          var user = bearers.requireWithSession(tx, authRequest).user();
          var authorization =
              open(tx, authRequest, id, "authorization request is no longer pending");
          if (!authorization.isOf(user.id())) {
            throw notFound();
          }
          if (!approve) {
            new Authorizations(tx).deny(authorization);
            return redirect(denied(authRequest, authorization));
          }
          new Consents(tx).give(user.id(), authorization.clientId(), authorization.scopes());
          audit.write(
              tx, authRequest, Audit.Action.OAUTH_CONSENT_GIVEN, user, traits(authorization));
          return redirect(approved(tx, authRequest, authorization));
        });
  }

  private static Authorization open(
      Transaction tx, AuthRequest authRequest, String id, String whenDecided) {
    var authorization = new Authorizations(tx).locked(id).orElseThrow(ConsentFlow::notFound);
    if (authorization.isExpired(authRequest.now())) {
      throw notFound();
    }
    if (!authorization.isPending()) {
      throw AuthError.invalid(whenDecided);
    }
    return authorization;
  }

  private String approved(Transaction tx, AuthRequest authRequest, Authorization authorization) {
    var authorizations = new Authorizations(tx);
    if (authorization.isOfDevice()) {
      authorizations.approveDevice(authorization, authRequest.now());
      return ConsentPage.of(settings, authRequest, Map.of("device", "approved"));
    }
    var expires = authRequest.now().plus(settings.codeLife());
    var values = new LinkedHashMap<String, String>();
    values.put("code", authorizations.approve(authorization, authRequest.now(), expires));
    values.put("state", authorization.state());
    return QueryText.add(authorization.redirectUri(), values);
  }

  private String denied(AuthRequest authRequest, Authorization authorization) {
    if (authorization.isOfDevice()) {
      return ConsentPage.of(settings, authRequest, Map.of("device", "denied"));
    }
    var values = new LinkedHashMap<String, String>();
    values.put("error", "access_denied");
    values.put("error_description", "User denied the request");
    values.put("state", authorization.state());
    return QueryText.add(authorization.redirectUri(), values);
  }

  private static JsonNode redirect(String address) {
    return new Fields().put("redirect_url", address).node();
  }

  private static JsonNode traits(Authorization authorization) {
    return new Fields()
        .put("client_id", authorization.clientId().toString())
        .put("scope", authorization.scopes().text())
        .node();
  }

  private static ApiException notFound() {
    return AuthError.notFound(AuthCode.OAUTH_AUTHORIZATION_NOT_FOUND, "authorization not found");
  }

  /// The programs somebody has let in.
  JsonNode grants(AuthRequest authRequest) {
    return authRequest.read(
        tx -> {
          var user = bearers.require(tx, authRequest).user();
          return JsonNode.createArrayNode(new Consents(tx).ofUser(user.id()));
        });
  }

  /// Takes a consent back, and with it every session of the program.
  void revoke(AuthRequest authRequest, UUID client) {
    authRequest.write(
        tx -> {
          var user = bearers.require(tx, authRequest).user();
          if (!new Consents(tx).revoke(user.id(), client)) {
            throw AuthError.notFound(
                AuthCode.OAUTH_CONSENT_NOT_FOUND, "No active grant found for this client");
          }
          new Authorizations(tx).deleteOf(user.id(), client);
          new Sessions(tx).endOfClient(user.id(), client);
          var traits =
              new Fields()
                  .put("oauth_client_id", client.toString())
                  .put("action", "revoke_oauth_grant");
          audit.write(tx, authRequest, Audit.Action.TOKEN_REVOKED, user, traits.node());
          return true;
        });
  }
}

package io.stabbur.auth.token;

import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.AuthSettings;
import io.stabbur.auth.Visit;
import io.stabbur.auth.user.Users;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Who stands behind a verified token now: the user and the session are looked up at every call,
/// though other services only check the signature.
@Singleton
public final class Bearers {
  private final AuthSettings settings;

  Bearers(AuthSettings settings) {
    this.settings = settings;
  }

  public SignedIn require(Transaction tx, Visit visit) {
    var caller = visit.caller();
    if (visit.authorization().isEmpty()) {
      throw AuthError.unauthorized(
          AuthCode.NO_AUTHORIZATION, "This endpoint requires a valid Bearer token");
    }
    if (caller.claims().text("sub").isEmpty()) {
      throw AuthError.forbidden(AuthCode.BAD_JWT, "invalid claim: missing sub claim");
    }
    var id =
        caller
            .userId()
            .orElseThrow(
                () ->
                    AuthError.badRequest(
                        AuthCode.BAD_JWT, "invalid claim: sub claim must be a UUID"));
    var user =
        new Users(tx)
            .byId(id)
            .orElseThrow(
                () ->
                    AuthError.forbidden(
                        AuthCode.USER_NOT_FOUND, "User from sub claim in JWT does not exist"));
    if (user.banned(visit.now())) {
      throw AuthError.forbidden(AuthCode.USER_BANNED, "User is banned");
    }
    return new SignedIn(user, session(tx, caller));
  }

  /// As [#require], for what an anonymous user may not do.
  public SignedIn requireNamed(Transaction tx, Visit visit) {
    var signedIn = require(tx, visit);
    if (signedIn.user().anonymous()) {
      throw AuthError.forbidden(
          AuthCode.NO_AUTHORIZATION, "Anonymous user not allowed to perform these actions");
    }
    return signedIn;
  }

  public boolean isAdmin(Visit visit) {
    return settings.adminRoles().contains(visit.caller().role());
  }

  /// Refuses everyone but the project's own administrators.
  public void requireAdmin(Visit visit) {
    if (isAdmin(visit)) {
      return;
    }
    if (visit.authorization().isEmpty()) {
      throw AuthError.unauthorized(
          AuthCode.NO_AUTHORIZATION, "This endpoint requires a valid Bearer token");
    }
    throw AuthError.forbidden(AuthCode.NOT_ADMIN, "User not allowed");
  }

  private static Optional<Session> session(Transaction tx, Caller caller) {
    if (caller.claims().text("session_id").filter(id -> !id.isEmpty()).isEmpty()) {
      return Optional.empty();
    }
    var id =
        caller
            .sessionId()
            .orElseThrow(
                () ->
                    AuthError.forbidden(
                        AuthCode.BAD_JWT, "invalid claim: session_id claim must be a UUID"));
    return Optional.of(
        new Sessions(tx)
            .byId(id)
            .filter(session -> session.userId().equals(caller.userId().orElse(null)))
            .orElseThrow(
                () ->
                    AuthError.forbidden(
                        AuthCode.SESSION_NOT_FOUND,
                        "Session from session_id claim in JWT does not exist")));
  }
}

package io.stabbur.auth.session;

import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Row;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.SqlText;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Who stands behind a verified token now: the user and the session are looked up at every call,
/// though other services only check the signature.
@Singleton
public final class Bearers {
  private final AuthSettings settings;

  Bearers(AuthSettings settings) {
    this.settings = settings;
  }

  /// Somebody who is signed in to the project's own apps. A program of others that somebody let in
  /// may not act on the account.
  public SignedIn require(Transaction tx, AuthRequest authRequest) {
    var signedIn = requireAny(tx, authRequest);
    if (signedIn.isOfClient()) {
      throw AuthError.forbidden(
          AuthCode.NO_AUTHORIZATION, "OAuth clients are not allowed to perform these actions");
    }
    return signedIn;
  }

  /// As [#require], for what no token without a session may do.
  public SignedIn requireWithSession(Transaction tx, AuthRequest authRequest) {
    var signedIn = require(tx, authRequest);
    var _ = signedIn.sessionOrThrow();
    return signedIn;
  }

  /// Somebody who is signed in, perhaps to an OAuth client.
  public SignedIn requireAny(Transaction tx, AuthRequest authRequest) {
    var user = new Users(tx).byId(claimed(authRequest)).orElseThrow(Bearers::gone);
    return active(authRequest, user, in(tx));
  }

  /// The user alone, in one exchange with the database.
  public User requireUser(AuthRequest authRequest) {
    var session = authRequest.caller().sessionId();
    var sql =
        new SqlText()
            .add("select json_build_object('user', ")
            .add(Users.AS_JSON)
            .add(", 'session', (select json_build_object('user_id', s.user_id)")
            .add(" from auth.sessions s where s.id = ")
            .value(session.orElse(null))
            .add("::uuid))::text from auth.users u where u.id = ")
            .value(claimed(authRequest));
    var row =
        authRequest
            .read(
                sql.statement(),
                rows -> rows.next() ? Optional.of(Row.read(rows)) : Optional.<Row>empty())
            .orElseThrow(Bearers::gone);
    var owned =
        row.has("session")
            ? Optional.of(Session.of(row.row("session"), List.of()))
            : Optional.<Session>empty();
    return active(authRequest, Users.within(row.row("user")), _ -> owned).user();
  }

  /// Whom the token is for.
  private static UUID claimed(AuthRequest authRequest) {
    var caller = authRequest.caller();
    if (authRequest.authorization().isEmpty()) {
      throw AuthError.unauthorized(
          AuthCode.NO_AUTHORIZATION, "This endpoint requires a valid Bearer token");
    }
    if (caller.claims().text("sub").isEmpty()) {
      throw AuthError.forbidden(AuthCode.BAD_JWT, "invalid claim: missing sub claim");
    }
    return caller
        .userId()
        .orElseThrow(
            () ->
                AuthError.badRequest(AuthCode.BAD_JWT, "invalid claim: sub claim must be a UUID"));
  }

  /// How a session is found by its id.
  private interface Look {
    Optional<Session> session(UUID id);
  }

  private static SignedIn active(AuthRequest authRequest, User user, Look look) {
    if (user.deleted()) {
      // wire: its sessions ended with it, and clients drop theirs for that code alone
      var _ = session(authRequest.caller(), look);
      throw gone();
    }
    if (user.banned(authRequest.now())) {
      throw AuthError.forbidden(AuthCode.USER_BANNED, "User is banned");
    }
    return new SignedIn(user, session(authRequest.caller(), look));
  }

  private static ApiException gone() {
    return AuthError.forbidden(
        AuthCode.USER_NOT_FOUND, "User from sub claim in JWT does not exist");
  }

  /// As [#require], for what an anonymous user may not do.
  public SignedIn requireNamed(Transaction tx, AuthRequest authRequest) {
    var signedIn = require(tx, authRequest);
    if (signedIn.user().anonymous()) {
      throw AuthError.forbidden(
          AuthCode.NO_AUTHORIZATION, "Anonymous user not allowed to perform these actions");
    }
    return signedIn;
  }

  /// Refuses everyone but the project's own administrators: its keys, and people with such a role
  /// as long as their session lasts.
  public void requireAdmin(AuthRequest authRequest) {
    if (settings.adminRoles().contains(authRequest.caller().role())) {
      requireAdministrator(authRequest);
      return;
    }
    if (authRequest.authorization().isEmpty()) {
      throw AuthError.unauthorized(
          AuthCode.NO_AUTHORIZATION, "This endpoint requires a valid Bearer token");
    }
    throw AuthError.forbidden(AuthCode.NOT_ADMIN, "User not allowed");
  }

  private void requireAdministrator(AuthRequest authRequest) {
    var claims = authRequest.caller().claims();
    boolean ofSession = claims.text("session_id").filter(id -> !id.isEmpty()).isPresent();
    var id = authRequest.caller().userId();
    if (ofSession) {
      var _ = authRequest.read(tx -> require(tx, authRequest));
    } else if (id.isPresent()) {
      // a token that a back end minted may name somebody who has no account here
      var _ =
          authRequest.read(
              tx -> new Users(tx).byId(id.get()).map(user -> active(authRequest, user, in(tx))));
    }
  }

  private static Look in(Transaction tx) {
    return id -> new Sessions(tx).byId(id);
  }

  private static Optional<Session> session(Caller caller, Look look) {
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
        look.session(id)
            .filter(session -> session.userId().equals(caller.userId().orElse(null)))
            .orElseThrow(
                () ->
                    AuthError.forbidden(
                        AuthCode.SESSION_NOT_FOUND,
                        "Session from session_id claim in JWT does not exist")));
  }
}

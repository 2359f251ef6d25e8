package io.stabbur.auth.session;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.User;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.request.ApiAddress;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.platform.db.Transaction;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Begins sessions and makes their access tokens, within the transaction of the grant: a hook sees
/// what the grant wrote, and a hook that fails undoes it.
@Singleton
public final class Issuer {
  private static final List<String> REQUIRED =
      List.of(
          "aud",
          "exp",
          "iat",
          "sub",
          "email",
          "phone",
          "role",
          "aal",
          "session_id",
          "is_anonymous");

  private final TokenSettings settings;
  private final ApiAddress api;
  private final Minter minter;
  private final Hooks hooks;

  Issuer(TokenSettings settings, ApiAddress api, Minter minter, Hooks hooks) {
    this.settings = settings;
    this.api = api;
    this.minter = minter;
    this.hooks = hooks;
  }

  /// What makes tokens in a transaction; with its first statement from here on is asked whether
  /// there is a hook.
  public Issuing in(Transaction tx, AuthRequest authRequest) {
    return new Issuing(tx, authRequest);
  }

  /// A new access token for a session that goes on.
  public IssuedSession issue(
      Transaction tx,
      AuthRequest authRequest,
      User user,
      Session session,
      String refresh,
      String method) {
    return in(tx, authRequest).issue(user, session, refresh, method);
  }

  /// What a token of a session would say.
  JsonNode claims(Transaction tx, AuthRequest authRequest, User user, Session session) {
    return in(tx, authRequest).claims(user, session, "password");
  }

  /// The making of one token.
  public final class Issuing {
    private final Transaction tx;
    private final AuthRequest authRequest;

    /// The hook that needs no setting, where none is set.
    private final Optional<Hooks.Named> named;

    private Issuing(Transaction tx, AuthRequest authRequest) {
      this.tx = tx;
      this.authRequest = authRequest;
      this.named =
          hooks.listens(Hooks.Point.CUSTOM_ACCESS_TOKEN)
              ? Optional.empty()
              : Optional.of(hooks.named(tx, "public", "custom_access_token_hook"));
    }

    /// A new session for a user who has just proved to be themselves.
    public IssuedSession begin(Grant grant) {
      requireActive(grant.user(), authRequest.now());
      var sessions = new Sessions(tx);
      var begun = sessions.begin(grant, authRequest, settings.refreshFormat());
      var session = sessions.byId(begun.session()).orElseThrow();
      var user = grant.user().signedInAt(authRequest.now());
      return issue(user, session, begun.token().text(), grant.method());
    }

    /// A new access token for a session that goes on.
    public IssuedSession issue(User user, Session session, String refresh, String method) {
      var decided = claims(user, session, method);
      long now = authRequest.now().getEpochSecond();
      var exp = decided.get("exp");
      long expires = exp != null && exp.isNumber() ? exp.getLongValue() : now;
      var token = minter.sign(authRequest.project(), decided);
      return new IssuedSession(token, expires, expires - now, refresh, session.id(), user);
    }

    /// What the hook makes of the usual claims.
    private JsonNode claims(User user, Session session, String method) {
      var claims = Issuer.this.claims(authRequest, user, session);
      var input =
          new Fields()
              .put("user_id", user.id().toString())
              .put("claims", claims)
              .put("authentication_method", method);
      var answer =
          named.isPresent()
              ? named.get().ask(authRequest, input)
              : hooks.ask(tx, authRequest, Hooks.Point.CUSTOM_ACCESS_TOKEN, input);
      return answer.map(given -> checked(given.get("claims"))).orElse(claims);
    }
  }

  /// Every grant has its own words for a ban; whatever it forgets to ask ends here.
  private static void requireActive(User user, Instant now) {
    if (user.deleted()) {
      throw AuthError.forbidden(AuthCode.USER_NOT_FOUND, "User not found");
    }
    if (user.banned(now)) {
      throw AuthError.forbidden(AuthCode.USER_BANNED, "User is banned");
    }
  }

  private JsonNode claims(AuthRequest authRequest, User user, Session session) {
    var client = session.clientId();
    return new Fields()
        .maybe("iss", name(authRequest.project()))
        .put("sub", user.id().toString())
        .put("aud", user.audience())
        .put("exp", expiry(authRequest.now(), user, session).getEpochSecond())
        .put("iat", authRequest.now().getEpochSecond())
        .put("email", user.email())
        .put("phone", user.phone())
        .put("app_metadata", user.appMetadata())
        .put("user_metadata", user.userMetadata())
        .put("role", user.role())
        .put("aal", session.aal())
        .put("amr", session.amr(user))
        .put("session_id", session.id().toString())
        .put("is_anonymous", user.anonymous())
        .maybe("client_id", client == null ? "" : client.toString())
        .maybe("scope", session.scopes())
        .node();
  }

  /// The `iss` of the project's tokens.
  public String name(Project project) {
    return settings.issuer() == null ? api.of(project) : settings.issuer();
  }

  private Instant expiry(Instant now, User user, Session session) {
    var expires = now.plus(settings.life());
    var lowAal = settings.sessionLowAal();
    if (lowAal == null
        || lowAal.isZero()
        || !user.hasVerifiedFactor()
        || !session.aal().equals("aal1")) {
      return expires;
    }
    var end = session.createdAt().plus(lowAal);
    return end.isBefore(expires) ? end : expires;
  }

  private static JsonNode checked(@org.jspecify.annotations.Nullable JsonNode claims) {
    if (claims == null || !claims.isObject()) {
      throw AuthError.unexpected("The custom access token hook answered without claims");
    }
    for (var name : REQUIRED) {
      var value = claims.get(name);
      if (value == null || value.isNull()) {
        throw AuthError.unexpected(
            "The custom access token hook dropped the required claim " + name);
      }
    }
    return claims;
  }
}

package io.stabbur.auth.session;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.User;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.request.ApiAddress;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Visit;
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

  /// A new session for a user who has just proved to be themselves.
  public IssuedSession begin(Transaction tx, Visit visit, Grant grant) {
    requireActive(grant.user(), visit.now());
    var sessions = new Sessions(tx);
    var begun = sessions.begin(grant, visit, settings.refreshFormat());
    var session = sessions.byId(begun.session()).orElseThrow();
    var user = grant.user().signedInAt(visit.now());
    return issue(tx, visit, user, session, begun.token().text(), grant.method());
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

  /// A new access token for a session that goes on.
  public IssuedSession issue(
      Transaction tx, Visit visit, User user, Session session, String refresh, String method) {
    long now = visit.now().getEpochSecond();
    var claims = claims(visit, user, session);
    var decided = afterHook(tx, visit, user, claims, method);
    var exp = decided.get("exp");
    long expires = exp != null && exp.isNumber() ? exp.getLongValue() : now;
    var token = minter.sign(visit.project(), decided);
    return new IssuedSession(token, expires, expires - now, refresh, session.id(), user);
  }

  /// What a token of a session would say.
  JsonNode claims(Transaction tx, Visit visit, User user, Session session) {
    return afterHook(tx, visit, user, claims(visit, user, session), "password");
  }

  private JsonNode claims(Visit visit, User user, Session session) {
    var client = session.clientId();
    return new Fields()
        .maybe("iss", name(visit.project()))
        .put("sub", user.id().toString())
        .put("aud", user.audience())
        .put("exp", expiry(visit.now(), user, session).getEpochSecond())
        .put("iat", visit.now().getEpochSecond())
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

  private JsonNode afterHook(
      Transaction tx, Visit visit, User user, JsonNode claims, String method) {
    var input =
        new Fields()
            .put("user_id", user.id().toString())
            .put("claims", claims)
            .put("authentication_method", method);
    return ask(tx, visit, input).map(answer -> checked(answer.get("claims"))).orElse(claims);
  }

  private Optional<JsonNode> ask(Transaction tx, Visit visit, Fields input) {
    return hooks.listens(Hooks.Point.CUSTOM_ACCESS_TOKEN)
        ? hooks.ask(tx, visit, Hooks.Point.CUSTOM_ACCESS_TOKEN, input)
        : hooks.askByName(tx, visit, "public", "custom_access_token_hook", input);
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

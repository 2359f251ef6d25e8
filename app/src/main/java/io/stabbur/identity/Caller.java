package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.Share;
import io.stabbur.project.Project;
import java.util.Optional;
import java.util.UUID;

/// Who asks, of which project, and as which database role. Made by the [Gateway]; controllers take
/// it as an argument.
///
/// @param authenticated whether a Bearer token was shown, not only an API key
/// @param check what the database is asked about the token before each transaction
/// @param share on whose behalf connections, memory and the like are used. It follows the token,
///   not the header of the active organisation, which nobody has confirmed yet
public record Caller(
    Project project,
    String role,
    Claims claims,
    boolean authenticated,
    TokenCheck check,
    Share share) {

  public static final String ANON = "anon";
  public static final String SERVICE_ROLE = "service_role";

  /// @throws ApiException with a [TokenError] where the role is a text that Postgres cannot hold
  public Caller {
    if (!isStorable(role)) {
      throw new ApiException(new TokenError.WrongType("role", "string"));
    }
  }

  public Caller(Project project, String role, Claims claims, boolean authenticated) {
    this(project, role, claims, authenticated, TokenCheck.NONE, "");
  }

  /// @param address the client's network, which tells callers without a user id apart
  public Caller(
      Project project,
      String role,
      Claims claims,
      boolean authenticated,
      TokenCheck check,
      String address) {
    this(
        project,
        role,
        claims,
        authenticated,
        check,
        Shares.of(role, claims, authenticated, address));
  }

  /// The caller of a request that has passed the gateway.
  public static Caller of(HttpRequest<?> request) {
    return Gateway.caller(request);
  }

  /// On whose behalf this thread works: the caller's whose request it serves, or the appliance's.
  public static Share currentShare() {
    return Shares.current();
  }

  /// The user's id, if the token names one.
  public Optional<UUID> userId() {
    return claims.text("sub").flatMap(Caller::uuid);
  }

  /// The session the token belongs to, if it names one.
  public Optional<UUID> sessionId() {
    return claims.text("session_id").flatMap(Caller::uuid);
  }

  public boolean isService() {
    return role.equals(SERVICE_ROLE);
  }

  /// As whom Postgres runs this caller's statements, with what rooms set for its sessions.
  public Actor actor() {
    var actor = Actor.of(role).onBehalfOf(share).with("request.jwt.claims", claims.json());
    return check.on(project.session(actor, claims.tree()), claims);
  }

  /// The same caller with other claims.
  public Caller with(Claims changed) {
    return new Caller(project, role, changed, authenticated, check, share);
  }

  /// The same caller, about whom the database is asked something else.
  public Caller checkedBy(TokenCheck other) {
    return new Caller(project, role, claims, authenticated, other, share);
  }

  /// The caller without a question to the database.
  public Caller asShown() {
    return checkedBy(TokenCheck.NONE);
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Neither a NUL nor half of a surrogate pair.
  private static boolean isStorable(String text) {
    for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
      int c = text.codePointAt(at);
      if (c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
        return false;
      }
    }
    return true;
  }
}

package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.share.Share;
import io.stabbur.project.PersonalKeys;
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

  /// As whom Postgres runs this caller's statements. Claims that policies ask for are set one by
  /// one too, for that is the cheaper way to read them; personal data gets the keys this caller
  /// needs.
  public Actor actor() {
    var actor = Actor.of(role).onBehalfOf(share).with("request.jwt.claims", claims.json());
    if (isService()) {
      actor = actor.with(PersonalKeys.SETTING, PersonalKeys.of(project).forService());
    } else if (claims.knowsOrganizations()) {
      actor = member(actor);
    }
    return check.on(actor, claims);
  }

  private Actor member(Actor actor) {
    return actor
        .with("request.jwt.claim.sub", claims.text("sub").orElse(""))
        .with("request.jwt.claim.user_role", claims.text("user_role").orElse(""))
        .with("request.jwt.claim.organization_id", organization().map(UUID::toString).orElse(""))
        .with(PersonalKeys.SETTING, keys());
  }

  /// The same caller acting in one organisation, whatever the request's header said: refused as
  /// `not_a_member` where the caller is not in it. The service role and platform administrators act
  /// in none and pass.
  public Caller inOrganization(UUID organization) {
    return ActiveOrganization.enter(this, organization);
  }

  Caller with(Claims changed) {
    return new Caller(project, role, changed, authenticated, check, share);
  }

  Caller checkedBy(TokenCheck other) {
    return new Caller(project, role, claims, authenticated, other, share);
  }

  /// The caller without a question to the database.
  Caller asShown() {
    return checkedBy(TokenCheck.NONE);
  }

  private String keys() {
    var keys = PersonalKeys.of(project);
    return organization().map(keys::forMember).orElseGet(keys::forProfiles);
  }

  /// The organisation whose rows this caller may read; a platform administrator reads none.
  private Optional<UUID> organization() {
    return isPlatform() ? Optional.empty() : claims.text("organization_id").flatMap(Caller::uuid);
  }

  /// Whether the token is that of a platform administrator.
  public boolean isPlatform() {
    return claims.text("user_role").filter("global_admin"::equals).isPresent();
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

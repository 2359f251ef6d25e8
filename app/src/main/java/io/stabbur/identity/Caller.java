package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.PersonalKeys;
import io.stabbur.project.Project;
import java.util.Optional;
import java.util.UUID;

/// Who asks, of which project, and as which database role. Made by the [Gateway]; controllers take
/// it as an argument.
///
/// @param authenticated whether a Bearer token was shown, not only an API key
/// @param membership how the database confirms the claims' organisation before each transaction
/// @param share on whose behalf connections, memory and the like are used. It follows the token,
///   not the header of the active organisation, which nobody has confirmed yet
public record Caller(
    Project project,
    String role,
    Claims claims,
    boolean authenticated,
    Membership membership,
    Share share) {

  /// What is known of the organisation in the claims.
  public enum Membership {
    /// The token says so, and that is enough.
    CLAIMED,
    /// The database reads it anew; one that is gone gives no access.
    ASKED,
    /// The request named it; one that is gone, or never was, refuses the request.
    NAMED
  }

  public static final String ANON = "anon";
  public static final String SERVICE_ROLE = "service_role";

  public Caller(Project project, String role, Claims claims, boolean authenticated) {
    this(project, role, claims, authenticated, Membership.CLAIMED, "");
  }

  /// @param address the client's network, which tells callers without a user id apart
  public Caller(
      Project project,
      String role,
      Claims claims,
      boolean authenticated,
      Membership membership,
      String address) {
    this(
        project,
        role,
        claims,
        authenticated,
        membership,
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
      return actor.with(PersonalKeys.SETTING, PersonalKeys.of(project).forService());
    }
    if (!claims.knowsOrganizations()) {
      return actor;
    }
    var member =
        actor
            .with("request.jwt.claim.sub", claims.text("sub").orElse(""))
            .with("request.jwt.claim.user_role", claims.text("user_role").orElse(""))
            .with(
                "request.jwt.claim.organization_id", organization().map(UUID::toString).orElse(""))
            .with(PersonalKeys.SETTING, keys());
    return membership == Membership.CLAIMED
        ? member
        : member.opening(
            Statement.of("select private.renew_claims(?)", membership == Membership.NAMED));
  }

  /// The same caller acting in one organisation, whatever the request's header said: refused as
  /// `not_a_member` where the caller is not in it. The service role and platform administrators act
  /// in none and pass.
  public Caller inOrganization(UUID organization) {
    return ActiveOrganization.enter(this, organization);
  }

  Caller with(Claims changed) {
    return new Caller(project, role, changed, authenticated, membership, share);
  }

  Caller askingForMembership(boolean named) {
    return new Caller(
        project, role, claims, authenticated, named ? Membership.NAMED : Membership.ASKED, share);
  }

  /// The caller without a question to the database.
  Caller asShown() {
    return new Caller(project, role, claims, authenticated, Membership.CLAIMED, share);
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

package io.stabbur.identity;

import io.stabbur.platform.db.Actor;
import io.stabbur.project.Project;
import java.util.Optional;
import java.util.UUID;

/// Who asks, of which project, and as which database role. Made by the [Gateway]; controllers take
/// it as an argument.
///
/// @param authenticated whether a Bearer token was shown, not only an API key
public record Caller(Project project, String role, Claims claims, boolean authenticated) {
  public static final String ANON = "anon";
  public static final String SERVICE_ROLE = "service_role";

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

  /// As whom Postgres runs this caller's statements.
  public Actor actor() {
    return Actor.of(role).with("request.jwt.claims", claims.json());
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

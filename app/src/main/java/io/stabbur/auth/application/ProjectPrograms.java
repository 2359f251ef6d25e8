package io.stabbur.auth.application;

import io.stabbur.auth.account.Audit;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What operators do with the tokens of programs.
@Singleton
public final class ProjectPrograms {
  private final AuthRequests authRequests;
  private final Audit audit;

  ProjectPrograms(AuthRequests authRequests, Audit audit) {
    this.authRequests = authRequests;
    this.audit = audit;
  }

  /// A program that acts for an organization.
  ///
  /// @param isAsleep whether it came with the dump of another database and was not confirmed
  public record Program(
      UUID id,
      String name,
      UUID organization,
      String role,
      Instant expiresAt,
      @Nullable Instant lastUsedAt,
      boolean isAsleep) {}

  /// Those that were not revoked and have not expired.
  public List<Program> list(Project project) {
    var authRequest = authRequest(project);
    return authRequest.read(tx -> new ApplicationTokens(tx).all()).stream()
        .filter(token -> token.revokedAt() == null && token.expiresAt().isAfter(authRequest.now()))
        .map(
            token ->
                new Program(
                    token.id(),
                    token.name(),
                    token.organization(),
                    token.role(),
                    token.expiresAt(),
                    token.lastUsedAt(),
                    token.isAsleep()))
        .toList();
  }

  /// Ends a token; false where there is none that counts.
  public boolean revoke(Project project, String operator, UUID id) {
    var authRequest = authRequest(project);
    return authRequest.write(
        tx -> {
          boolean revoked = new ApplicationTokens(tx).revoke(id, authRequest.now());
          if (revoked) {
            var traits = new Fields().put("id", id.toString()).put("operator", operator).node();
            audit.write(tx, authRequest, Audit.Action.APPLICATION_TOKEN_REVOKED, null, traits);
          }
          return revoked;
        });
  }

  private AuthRequest authRequest(Project project) {
    var service = Claims.ofRole(Caller.SERVICE_ROLE);
    return authRequests.own(project, new Caller(project, Caller.SERVICE_ROLE, service, true));
  }
}

package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// The caller of a request whose token stands elsewhere than the gateway looks, as in a signature
/// of the S3 protocol. What is asked about a bearer of the same token is asked about this one.
@Singleton
public final class TokenCaller {
  private final KeySets keySets;
  private final ActiveOrganization organization;

  TokenCaller(KeySets keySets, ActiveOrganization organization) {
    this.keySets = keySets;
    this.organization = organization;
  }

  /// Who bears the token, acting in the organisation the request is for.
  public Caller of(HttpRequest<?> request, Project project, String token) {
    var claims = keySets.verify(project, token);
    var role = claims.text("role").orElse(Caller.ANON);
    return organization.choose(request, new Caller(project, role, claims, true));
  }
}

package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Set;

/// The caller of a request whose token stands elsewhere than the gateway looks, as in a signature
/// of the S3 protocol. What is asked about a bearer of the same token is asked about this one.
@Singleton
public final class TokenCaller {
  private final KeySets keySets;
  private final CallerEnrichers enrichers;

  TokenCaller(KeySets keySets, CallerEnrichers enrichers) {
    this.keySets = keySets;
    this.enrichers = enrichers;
  }

  /// The request headers that change how a caller acts, which a signed request must sign.
  public Set<String> headers(Project project) {
    return enrichers.headers(project);
  }

  /// Who bears the token, acting as the request asks.
  public Caller of(HttpRequest<?> request, Project project, String token) {
    var claims = keySets.verify(project, token);
    var role = claims.text("role").orElse(Caller.ANON);
    return enrichers.enrich(request, new Caller(project, role, claims, true));
  }
}

package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Set;

/// The caller of a request whose token stands elsewhere than the gateway looks, as in a signature
/// of the S3 protocol. What is asked about a bearer of the same token is asked about this one.
@Singleton
public final class TokenCaller {
  private final KeySets keySets;
  private final CallerEnrichers enrichers;
  private final ClientAddress addresses;

  TokenCaller(KeySets keySets, CallerEnrichers enrichers, ClientAddress addresses) {
    this.addresses = addresses;
    this.keySets = keySets;
    this.enrichers = enrichers;
  }

  /// The request headers that change how a caller acts, which a signed request must sign.
  public Set<String> headers(Project project) {
    return enrichers.headers(project);
  }

  /// Who bears the token, acting as the request asks.
  public Caller of(HttpRequest<?> request, Project project, String token) {
    var claims = keySets.requireUnexpired(keySets.verify(project, token));
    var role = claims.role().orElse(Caller.ANON);
    return known(request, enrichers.enrich(request, caller(request, project, role, claims)));
  }

  /// The service role, for a request signed with the project's own key.
  public Caller service(HttpRequest<?> request, Project project) {
    return known(
        request, caller(request, project, Caller.SERVICE_ROLE, Claims.ofRole(Caller.SERVICE_ROLE)));
  }

  private Caller caller(HttpRequest<?> request, Project project, String role, Claims claims) {
    var network = Shares.network(addresses.of(request));
    return new Caller(project, role, claims, true, TokenCheck.NONE, network);
  }

  /// From now on the request is this caller's, in the log and where things are shared.
  private static Caller known(HttpRequest<?> request, Caller caller) {
    RequestContext.of(request).put(Caller.class, caller);
    return caller;
  }
}

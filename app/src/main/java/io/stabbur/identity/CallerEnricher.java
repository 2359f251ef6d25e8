package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.stabbur.project.Project;
import java.util.Set;

/// What a room knows of callers beyond their tokens, such as the organization that a request acts
/// in. A bean; asked with every request, on the event loop: it asks the database nothing.
public interface CallerEnricher {
  /// The caller, acting as the request asks.
  ///
  /// @param caller whose token is verified, and is going to be checked by the database
  /// @throws io.stabbur.platform.error.ApiException where the caller may not act so
  Caller enrich(HttpRequest<?> request, Caller caller);

  /// Called with each answer to a caller, a refusal of [#enrich] too.
  void answered(HttpRequest<?> request, Caller caller);

  /// The request headers that change how a caller acts. A signed request must sign them.
  Set<String> headers(Project project);

  /// Claims that grant rights: a token of a trusted issuer has them only where the operator names
  /// the claim they come from. The same set as long as nothing changes.
  Set<String> rights(Project project);
}

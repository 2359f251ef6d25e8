package io.stabbur.operations;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Access;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// What load balancers and Prometheus ask: no project and no caller is looked for.
@Singleton
final class OperationsRoutes implements RouteRules {
  @Override
  public List<RouteRule> routes() {
    var open = RouteRule.under("").with(Access.PUBLIC);
    return List.of(
        open.at("/health"),
        open.at("/metrics"),
        open.at("/alerts"),
        // not served: the answer says so without asking for a key
        open.at("/graphql"),
        open.at("/realtime"),
        open.at("/functions"),
        open.with(Access.OPTIONAL).at("/"));
  }
}

package io.stabbur.console;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Access;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// The pages belong to no project: the gateway looks for none, and `control.security` lets in.
@Singleton
final class ConsoleRoutes implements RouteRules {
  @Override
  public List<RouteRule> routes() {
    return List.of(RouteRule.under("/console").with(Access.PUBLIC).with(Body.SMALL));
  }
}

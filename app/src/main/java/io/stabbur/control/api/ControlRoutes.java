package io.stabbur.control.api;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Access;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// Operators belong to no project: the gateway looks for none, and `control.security` lets in.
@Singleton
final class ControlRoutes implements RouteRules {
  static final String OPERATORS = "/admin/v1/operators";
  static final String PROJECTS = "/admin/v1/projects";

  @Override
  public List<RouteRule> routes() {
    var open = RouteRule.under("").with(Access.PUBLIC).with(Body.SMALL);
    return List.of(open.at(OPERATORS), open.at(PROJECTS));
  }
}

package io.stabbur.admin;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// The management API.
@Singleton
final class AdminRoutes implements RouteRules {
  @Override
  public List<RouteRule> routes() {
    return List.of(RouteRule.under("/admin/v1").with(Body.SMALL));
  }
}

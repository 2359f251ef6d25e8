package io.stabbur.organization.management;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// `/admin/v1`: organizations, members, people, upkeep.
@Singleton
final class OrganizationRoutes implements RouteRules {
  @Override
  public List<RouteRule> routes() {
    return List.of(RouteRule.under("/admin/v1").with(Body.SMALL));
  }
}

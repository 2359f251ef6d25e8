package io.stabbur.operations.health;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// `/admin/v1/doctor`.
@Singleton
final class DoctorRoutes implements RouteRules {
  @Override
  public List<RouteRule> routes() {
    return List.of(RouteRule.under("/admin/v1/doctor").with(Body.SMALL));
  }
}

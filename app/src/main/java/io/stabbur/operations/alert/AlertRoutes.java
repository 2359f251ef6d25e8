package io.stabbur.operations.alert;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// `/admin/v1/alerts`.
@Singleton
final class AlertRoutes implements RouteRules {
  @Override
  public List<RouteRule> routes() {
    return List.of(RouteRule.under("/admin/v1/alerts").with(Body.SMALL));
  }
}

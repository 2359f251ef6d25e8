package io.stabbur.management;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Access;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// `/v1` asks for access tokens, which the gateway does not know: [DeveloperFilter] lets in. Below
/// `/admin/v1/management` the service role makes such tokens.
@Singleton
final class ManagementRoutes implements RouteRules {
  static final String OPERATORS = "/admin/v1/management";

  @Override
  public List<RouteRule> routes() {
    return List.of(
        RouteRule.under("/v1").with(Access.PUBLIC).with(Body.STREAMED),
        RouteRule.under(OPERATORS).with(Body.SMALL));
  }
}

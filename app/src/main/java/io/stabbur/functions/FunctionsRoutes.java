package io.stabbur.functions;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Access;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRule.CrossOrigin;
import io.stabbur.identity.RouteRule.Organization;
import io.stabbur.identity.RouteRule.Tokens;
import io.stabbur.identity.RouteRules;
import io.stabbur.platform.http.proxy.UpgradePaths;
import jakarta.inject.Singleton;
import java.util.List;

/// Whether a caller needs a token is a setting of each function, so everybody is let in here; pages
/// of other origins are answered by the functions themselves.
@Singleton
final class FunctionsRoutes implements RouteRules, UpgradePaths {
  @Override
  public String prefix() {
    return "/functions/v1";
  }

  @Override
  public List<RouteRule> routes() {
    return List.of(
        RouteRule.under(prefix() + "/_internal").with(Body.STREAMED).with(Organization.IGNORED),
        RouteRule.under(prefix())
            .with(Access.UNCHECKED)
            .with(Tokens.VERIFIED_IF_VALID)
            .with(Body.STREAMED)
            .with(Organization.IGNORED)
            .with(CrossOrigin.ROOM)
            // up to the name of the function: what follows is the function's own
            .logging(3));
  }
}

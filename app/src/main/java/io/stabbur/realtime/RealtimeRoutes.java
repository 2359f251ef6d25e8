package io.stabbur.realtime;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRule.Tokens;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// Sockets are opened with an API key alone; the tokens of users come with the joins of channels.
@Singleton
final class RealtimeRoutes implements RouteRules {
  // up to /realtime/v1/api/broadcast/*: the rest names topics, which may name persons
  private static final RouteRule API = RouteRule.under("/realtime/v1").logging(4);

  @Override
  public List<RouteRule> routes() {
    return List.of(
        API,
        API.at("/websocket").with(Tokens.IGNORED),
        RouteRule.under("/admin/v1/realtime").with(Body.SMALL));
  }
}

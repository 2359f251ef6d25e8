package io.stabbur.data;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// The data API, wherever the settings put it.
@Singleton
final class DataRoutes implements RouteRules {
  private final DataSettings settings;

  DataRoutes(DataSettings settings) {
    this.settings = settings;
  }

  @Override
  public List<RouteRule> routes() {
    return List.of(RouteRule.under(settings.path().equals("/") ? "" : settings.path()));
  }
}

package io.stabbur.operations.backup;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// `/admin/v1/backups`.
@Singleton
final class BackupRoutes implements RouteRules {
  @Override
  public List<RouteRule> routes() {
    return List.of(RouteRule.under("/admin/v1/backups").with(Body.SMALL));
  }
}

package io.stabbur.organization.management;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// Upkeep of the organisations' tables, under `stabbur.upkeep`.
///
/// @param statisticsEvery how often the statistics are counted anew
/// @param auditMonths how many whole months of the audit log are kept; 0 keeps all
/// @param auditSealEvery how often the ends of the audit chains are signed
@ConfigurationProperties("stabbur.upkeep")
public record UpkeepSettings(
    @Bindable(defaultValue = "15m") Duration statisticsEvery,
    @Bindable(defaultValue = "0") int auditMonths,
    @Bindable(defaultValue = "1h") Duration auditSealEvery) {
  public UpkeepSettings {
    if (auditMonths < 0) {
      throw new IllegalArgumentException("stabbur.upkeep.audit-months must be 0 or more");
    }
  }
}

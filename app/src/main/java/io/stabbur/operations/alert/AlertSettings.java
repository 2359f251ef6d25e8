package io.stabbur.operations.alert;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Alerts, under `stabbur.operations.alerts`.
///
/// @param enabled whether rules are judged
/// @param every how often
/// @param groupWait how long alerts are gathered before they are told together
/// @param history how long resolved alerts are kept
/// @param runbooks what the name of an alert and `.md` is put behind in links
/// @param instance this process among the replicas; host name and port when absent
/// @param heartbeat an address outside that is asked as long as alerts are judged and delivered
/// @param heartbeatEvery how often it is asked
@ConfigurationProperties("stabbur.operations.alerts")
public record AlertSettings(
    @Bindable(defaultValue = "true") boolean enabled,
    @Bindable(defaultValue = "15s") Duration every,
    @Bindable(defaultValue = "30s") Duration groupWait,
    @Bindable(defaultValue = "90d") Duration history,
    @Bindable(defaultValue = "app/docs/runbooks/") String runbooks,
    @Nullable String instance,
    @Nullable URI heartbeat,
    @Bindable(defaultValue = "1m") Duration heartbeatEvery) {
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(45);
  private static final int MISSED = 3;

  public AlertSettings {
    if (every.toSeconds() < 1
        || heartbeatEvery.toSeconds() < 1
        || groupWait.isNegative()
        || history.isNegative()) {
      throw new IllegalArgumentException(
          "stabbur.operations.alerts.every and heartbeat-every must be a second or more, group-wait"
              + " and history not negative");
    }
  }

  /// How long an alert stays with the process that judged it last.
  Duration lease() {
    var missed = every.multipliedBy(MISSED);
    return missed.compareTo(SHORTEST_LEASE) > 0 ? missed : SHORTEST_LEASE;
  }
}

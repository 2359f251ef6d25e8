package io.stabbur.operations.alert;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// Alerts that are told to nobody until a moment.
///
/// @param matchers labels and their values: an alert that has all of them is silenced
record Silence(
    UUID id, Map<String, String> matchers, String reason, Instant createdAt, Instant endsAt) {
  Silence {
    matchers = Map.copyOf(matchers);
  }

  boolean covers(Alert alert, Instant now) {
    return endsAt.isAfter(now) && alert.allLabels().entrySet().containsAll(matchers.entrySet());
  }
}

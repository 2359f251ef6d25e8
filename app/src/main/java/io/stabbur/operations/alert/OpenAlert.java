package io.stabbur.operations.alert;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// An alert that fires, for pages.
///
/// @param fingerprint tells it from others of its name
/// @param labels what it is about, the project among them
/// @param summary one sentence for engineers
/// @param since when it began to fire
/// @param quiet the silence that covers it
public record OpenAlert(
    String fingerprint,
    String name,
    Severity severity,
    Map<String, String> labels,
    String summary,
    Instant since,
    Optional<Quiet> quiet) {
  static final Comparator<OpenAlert> WORST_FIRST =
      Comparator.comparing(OpenAlert::severity).thenComparing(OpenAlert::since);

  /// How bad it is.
  public enum Severity {
    CRITICAL,
    WARNING
  }

  /// A silence.
  public record Quiet(UUID id, String reason, Instant until) {}

  public OpenAlert {
    labels = Map.copyOf(labels);
  }

  /// What it is about, in a steady order.
  public Map<String, String> sortedLabels() {
    return new TreeMap<>(labels);
  }

  static OpenAlert of(Alert alert, List<Silence> silences, Instant now) {
    var starts = alert.startsAt();
    return new OpenAlert(
        alert.fingerprint(),
        alert.name(),
        alert.severity() == AlertRule.Severity.CRITICAL ? Severity.CRITICAL : Severity.WARNING,
        alert.labels(),
        alert.summary(),
        starts == null ? alert.activeAt() : starts,
        silences.stream()
            .filter(silence -> silence.covers(alert, now))
            .findFirst()
            .map(silence -> new Quiet(silence.id(), silence.reason(), silence.endsAt())));
  }
}

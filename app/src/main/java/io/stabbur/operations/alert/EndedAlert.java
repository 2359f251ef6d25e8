package io.stabbur.operations.alert;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// An alert that is over, for pages.
///
/// @param labels what it was about, the project among them
/// @param summary one sentence for engineers
/// @param since when it began to fire
public record EndedAlert(
    String name, Map<String, String> labels, String summary, Instant since, Instant until) {
  public EndedAlert {
    labels = Map.copyOf(labels);
  }

  static Optional<EndedAlert> of(Alert alert) {
    var since = alert.startsAt();
    var until = alert.endsAt();
    return since == null || until == null
        ? Optional.empty()
        : Optional.of(new EndedAlert(alert.name(), alert.labels(), alert.summary(), since, until));
  }
}

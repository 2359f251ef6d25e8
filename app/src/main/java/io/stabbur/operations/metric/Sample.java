package io.stabbur.operations.metric;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// One value of one series.
///
/// @param name of the metric, such as `pg_stat_database_deadlocks`
/// @param labels in the order in which they are shown
public record Sample(String name, SequencedMap<String, String> labels, double value) {
  public Sample {
    labels = new LinkedHashMap<>(labels);
  }

  /// The value of a label, empty where there is none.
  public String label(String of) {
    return labels.getOrDefault(of, "");
  }
}

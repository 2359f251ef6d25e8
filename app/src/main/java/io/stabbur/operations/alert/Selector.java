package io.stabbur.operations.alert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Series of one metric.
///
/// @param match regular expressions that labels match as a whole
record Selector(String metric, SequencedMap<String, Pattern> match) {
  Selector {
    match = new LinkedHashMap<>(match);
  }

  /// `metric{label=~"a|b"}`.
  String promql() {
    return match.isEmpty()
        ? metric
        : match.entrySet().stream()
            .map(each -> each.getKey() + "=~\"" + each.getValue().pattern() + '"')
            .collect(Collectors.joining(",", metric + "{", "}"));
  }

  private boolean selects(Map<String, String> labels) {
    return match.entrySet().stream()
        .allMatch(
            each -> each.getValue().matcher(labels.getOrDefault(each.getKey(), "")).matches());
  }

  /// The selected series, those that agree in `by` put together.
  Map<Map<String, String>, Double> grouped(
      Map<Map<String, String>, Double> series,
      List<String> by,
      java.util.function.BinaryOperator<Double> together) {
    var grouped = new LinkedHashMap<Map<String, String>, Double>();
    series.forEach(
        (labels, value) -> {
          if (selects(labels)) {
            grouped.merge(only(labels, by), value, together);
          }
        });
    return grouped;
  }

  private static Map<String, String> only(Map<String, String> labels, List<String> by) {
    var only = new LinkedHashMap<String, String>();
    for (var label : by) {
      var value = labels.get(label);
      if (value != null) {
        only.put(label, value);
      }
    }
    return only;
  }
}

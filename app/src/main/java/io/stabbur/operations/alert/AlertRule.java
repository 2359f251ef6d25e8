package io.stabbur.operations.alert;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One rule: a signal, from which number on it is wrong, and for how long that must last.
///
/// @param by labels that tell its alerts apart, the project among them
/// @param isBelow whether too small is wrong, instead of too large
/// @param limit the first number that is right
/// @param clear the number at which a firing alert ends; behind the limit, so that a value that
///   swings around it does not alert again and again
/// @param unit of the number: `ratio`, `bytes`, `seconds` or nothing
/// @param summary one sentence, with `{value}` and labels in braces
record AlertRule(
    String name,
    Severity severity,
    Signal signal,
    List<String> by,
    boolean isBelow,
    double limit,
    double clear,
    Duration lasting,
    String unit,
    String summary,
    Scope scope) {

  enum Severity {
    WARNING,
    CRITICAL
  }

  /// Whose number it is.
  enum Scope {
    /// Each process has its own: the alert names it.
    PROCESS,
    /// All processes of the appliance see the same one: one of them judges it.
    SHARED,
    /// As [#SHARED], and judged also while the project's database does not answer, which otherwise
    /// leaves alerts as they are: one alert for one cause.
    ALWAYS
  }

  /// Whether a value starts an alert, or keeps one that fires.
  boolean isWrong(double value, boolean fires) {
    double border = fires ? clear : limit;
    return isBelow ? value < border : value > border;
  }

  String comparison() {
    return (isBelow ? "< " : "> ") + Numbers.plain(limit);
  }

  String promql() {
    return signal.promql(String.join(", ", by), comparison());
  }

  String sentence(Map<String, String> labels, double value) {
    return filled(labels, Numbers.of(value, unit));
  }

  /// The sentence for Prometheus' templates.
  String template() {
    var sentence = summary;
    for (var label : by) {
      sentence = sentence.replace("{" + label + "}", "{{ $labels." + label + " }}");
    }
    return sentence.replace(
        "{value}",
        switch (unit) {
          case "ratio" -> "{{ $value | humanizePercentage }}";
          case "bytes" -> "{{ $value | humanize }}B";
          case "seconds" -> "{{ $value | humanizeDuration }}";
          default -> "{{ $value }}";
        });
  }

  private String filled(Map<String, String> labels, String value) {
    var sentence = summary;
    for (var label : by) {
      sentence = sentence.replace("{" + label + "}", labels.getOrDefault(label, ""));
    }
    return sentence.replace("{value}", value);
  }
}

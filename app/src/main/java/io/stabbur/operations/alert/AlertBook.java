package io.stabbur.operations.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How alerts go from pending to firing to resolved. Pure: what is known and what is found in, what
/// changed out.
///
/// @param process who judges
/// @param lease how long an alert stays with the process that judged it last
record AlertBook(String process, Duration lease) {
  /// The alerts that are to be written, those that ended while pending as resolved without a start.
  ///
  /// @param held projects whose alerts stay as they are: their database does not answer
  List<Alert> step(List<Alert> open, List<Finding> findings, Set<String> held, Instant now) {
    var known = new LinkedHashMap<String, Alert>();
    open.forEach(alert -> known.put(alert.fingerprint(), alert));
    var changed = new ArrayList<Alert>();
    for (var finding : findings) {
      var alert = known.remove(finding.fingerprint());
      if (alert == null) {
        found(finding, held, now).ifPresent(changed::add);
      } else {
        judged(alert, finding, held, now).ifPresent(changed::add);
      }
    }
    for (var alert : known.values()) {
      if (isMine(alert, now) && !held.contains(alert.project())) {
        changed.add(alert.resolved(now));
      }
    }
    return changed;
  }

  private Optional<Alert> found(Finding finding, Set<String> held, Instant now) {
    if (isHeld(finding, held) || !finding.rule().isWrong(finding.value(), false)) {
      return Optional.empty();
    }
    var alert = Alert.pending(finding, now, process, now.plus(lease));
    return Optional.of(finding.rule().lasting().isZero() ? alert.firing(now) : alert);
  }

  private Optional<Alert> judged(Alert alert, Finding finding, Set<String> held, Instant now) {
    if (!isMine(alert, now) || isHeld(finding, held)) {
      return Optional.empty();
    }
    if (!finding.rule().isWrong(finding.value(), alert.fires())) {
      return Optional.of(alert.resolved(now));
    }
    boolean due = !alert.activeAt().plus(finding.rule().lasting()).isAfter(now);
    if (due && !alert.fires()) {
      return Optional.of(owned(alert.seen(finding), now).firing(now));
    }
    boolean expiresSoon =
        !alert.owner().equals(process) || alert.ownedUntil().isBefore(now.plus(lease.dividedBy(2)));
    return expiresSoon ? Optional.of(owned(alert.seen(finding), now)) : Optional.empty();
  }

  private Alert owned(Alert alert, Instant now) {
    return alert.ownedBy(process, now.plus(lease));
  }

  private boolean isMine(Alert alert, Instant now) {
    return alert.owner().equals(process) || !alert.ownedUntil().isAfter(now);
  }

  private static boolean isHeld(Finding finding, Set<String> held) {
    return finding.rule().scope() != AlertRule.Scope.ALWAYS && held.contains(finding.project());
  }

  /// What each rule sees.
  static List<Finding> findings(List<AlertRule> rules, History history, String process) {
    var findings = new ArrayList<Finding>();
    for (var rule : rules) {
      rule.signal()
          .values(history, rule.by())
          .forEach(
              (labels, value) -> findings.add(new Finding(rule, of(rule, labels, process), value)));
    }
    return findings;
  }

  private static Map<String, String> of(
      AlertRule rule, Map<String, String> labels, String process) {
    if (rule.scope() != AlertRule.Scope.PROCESS) {
      return labels;
    }
    var named = new LinkedHashMap<>(labels);
    named.put("instance", process);
    return named;
  }
}

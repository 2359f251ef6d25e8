package io.stabbur.operations.alert;

import io.stabbur.operations.alert.AlertRule.Severity;
import jakarta.inject.Singleton;
import java.util.Locale;

/// The rules as a file for Prometheus, for who judges there; one more fires where Prometheus hears
/// nothing of the appliance at all.
@Singleton
final class PrometheusRules {
  private final AlertRules rules;
  private final AlertSettings settings;

  PrometheusRules(AlertRules rules, AlertSettings settings) {
    this.rules = rules;
    this.settings = settings;
  }

  String yaml() {
    var text = new StringBuilder("groups:\n  - name: stabbur\n    rules:\n");
    """
          - alert: StabburAbsent
            expr: absent(pg_up)
            for: 2m
            labels:
              severity: critical
            annotations:
              summary: 'Prometheus gets no metrics of Stabbur: it is down, or cannot be reached.'
              runbook_url: '%sStabburAbsent.md'
        """
        .formatted(settings.runbooks())
        .lines()
        .forEach(line -> text.append("    ").append(line).append('\n'));
    rules.all().forEach(rule -> text.append(entry(rule)));
    return text.toString();
  }

  private String entry(AlertRule rule) {
    return """
          - alert: %s
            expr: %s
            for: %ds
            labels:
              severity: %s
            annotations:
              summary: %s
              runbook_url: %s
    """
        .formatted(
            rule.name(),
            quoted(rule.promql()),
            rule.lasting().toSeconds(),
            severity(rule.severity()),
            quoted(rule.template()),
            quoted(settings.runbooks() + rule.name() + ".md"));
  }

  private static String severity(Severity severity) {
    return severity.name().toLowerCase(Locale.ROOT);
  }

  /// In YAML's single quotes nothing has a meaning but the quote itself.
  private static String quoted(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }
}

package io.stabbur.operations.alert;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Alerts in words, for people.
final class AlertText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMM HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int MOST_NAMES = 3;
  private static final Comparator<Alert> WORST_FIRST =
      Comparator.comparingInt((Alert alert) -> alert.isOpen() ? 0 : 1)
          .thenComparingInt(alert -> alert.severity() == AlertRule.Severity.CRITICAL ? 0 : 1)
          .thenComparing(Alert::name);

  private AlertText() {}

  /// `CRITICAL: DatabaseDown and 2 more (north)`, or `Resolved: DatabaseDown (north)`.
  static String subject(List<Alert> alerts) {
    var open = alerts.stream().filter(Alert::isOpen).sorted(WORST_FIRST).toList();
    var told = open.isEmpty() ? alerts : open;
    var names = told.stream().map(Alert::name).distinct().toList();
    var list =
        names.size() <= MOST_NAMES
            ? String.join(", ", names)
            : names.getFirst() + " and " + (names.size() - 1) + " more";
    var head = open.isEmpty() ? "Resolved" : open.getFirst().severity().name();
    var projects = told.stream().map(Alert::project).filter(p -> !p.isEmpty()).distinct().toList();
    return head + ": " + list + (projects.size() == 1 ? " (" + projects.getFirst() + ")" : "");
  }

  static String body(List<Alert> alerts, AlertJson json, String url) {
    return Stream.concat(
            alerts.stream().sorted(WORST_FIRST).map(alert -> paragraph(alert, json)),
            Stream.of("All alerts: " + url + "/alerts"))
        .collect(Collectors.joining("\n\n"));
  }

  private static String paragraph(Alert alert, AlertJson json) {
    var lines = new StringBuilder(headline(alert)).append('\n');
    lines.append(alert.isOpen() ? "" : "It was: ").append(alert.summary()).append('\n');
    var from = alert.startsAt() == null ? alert.activeAt() : alert.startsAt();
    var to = alert.endsAt();
    lines.append("Since ").append(TIME.format(from));
    if (to != null) {
      lines.append(", ended ").append(TIME.format(to)).append(" after ").append(period(from, to));
    }
    lines.append(".\nWhat to do: ").append(json.runbook(alert));
    return lines.toString();
  }

  /// `CRITICAL DatabaseDown`, `Resolved: DatabaseDown`.
  static String headline(Alert alert) {
    return alert.isOpen()
        ? alert.severity().name() + " " + alert.name()
        : "Resolved: " + alert.name();
  }

  private static String period(Instant from, Instant to) {
    var time = Duration.between(from, to).truncatedTo(ChronoUnit.SECONDS);
    return time.toHours() > 0
        ? time.toHours() + " h " + time.toMinutesPart() + " min"
        : time.toMinutes() > 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }
}

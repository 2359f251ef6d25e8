package io.stabbur.operations.alert;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One alert and where it stands.
///
/// @param id of its row; 0 before it has one
/// @param activeAt since when the number is wrong
/// @param startsAt since when it fires; absent while it is pending
/// @param endsAt when it was resolved
/// @param owner the process that judges it, until `ownedUntil`
record Alert(
    long id,
    String fingerprint,
    String name,
    AlertRule.Severity severity,
    Map<String, String> labels,
    String summary,
    double value,
    State state,
    Instant activeAt,
    @Nullable Instant startsAt,
    @Nullable Instant endsAt,
    String owner,
    Instant ownedUntil) {
  enum State {
    PENDING,
    FIRING,
    RESOLVED;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  Alert {
    labels = Map.copyOf(labels);
  }

  static Alert pending(Finding finding, Instant now, String owner, Instant ownedUntil) {
    return new Alert(
        0,
        finding.fingerprint(),
        finding.rule().name(),
        finding.rule().severity(),
        finding.labels(),
        finding.rule().sentence(finding.labels(), finding.value()),
        finding.value(),
        State.PENDING,
        now,
        null,
        null,
        owner,
        ownedUntil);
  }

  boolean isOpen() {
    return state != State.RESOLVED;
  }

  boolean fires() {
    return state == State.FIRING;
  }

  String project() {
    return labels.getOrDefault("project", "");
  }

  /// The alert's labels as Alertmanager has them: its name and severity among them.
  SequencedMap<String, String> allLabels() {
    var all = new LinkedHashMap<String, String>();
    all.put("alertname", name);
    all.put("severity", severity.name().toLowerCase(Locale.ROOT));
    all.putAll(new TreeMap<>(labels));
    return all;
  }

  Alert seen(Finding finding) {
    return with(finding.rule().sentence(finding.labels(), finding.value()), finding.value());
  }

  private Alert with(String sentence, double number) {
    return new Alert(
        id,
        fingerprint,
        name,
        severity,
        labels,
        sentence,
        number,
        state,
        activeAt,
        startsAt,
        endsAt,
        owner,
        ownedUntil);
  }

  Alert firing(Instant now) {
    return as(State.FIRING, now, null);
  }

  Alert resolved(Instant now) {
    return as(State.RESOLVED, startsAt, now);
  }

  private Alert as(State changed, @Nullable Instant starts, @Nullable Instant ends) {
    return new Alert(
        id,
        fingerprint,
        name,
        severity,
        labels,
        summary,
        value,
        changed,
        activeAt,
        starts,
        ends,
        owner,
        ownedUntil);
  }

  Alert ownedBy(String process, Instant until) {
    return new Alert(
        id,
        fingerprint,
        name,
        severity,
        labels,
        summary,
        value,
        state,
        activeAt,
        startsAt,
        endsAt,
        process,
        until);
  }

  Alert withId(long assigned) {
    return new Alert(
        assigned,
        fingerprint,
        name,
        severity,
        labels,
        summary,
        value,
        state,
        activeAt,
        startsAt,
        endsAt,
        owner,
        ownedUntil);
  }
}

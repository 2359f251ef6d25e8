package io.stabbur.operations.alert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The alerts while the database that keeps them is away: they are kept and told from memory, by
/// each process on its own.
final class Outage {
  private final Map<String, Alert> open = new LinkedHashMap<>();
  private final Map<String, List<String>> told = new LinkedHashMap<>();
  private boolean goesOn;

  boolean goesOn() {
    return goesOn;
  }

  void begin(List<Alert> known) {
    if (!goesOn) {
      goesOn = true;
      known.forEach(alert -> open.put(alert.fingerprint(), alert));
    }
  }

  List<Alert> open() {
    return List.copyOf(open.values());
  }

  void changed(List<Alert> changes) {
    for (var alert : changes) {
      if (alert.isOpen() || alert.startsAt() != null) {
        open.put(alert.fingerprint(), alert);
      } else {
        open.remove(alert.fingerprint());
      }
    }
  }

  /// What fires without a row of its own, and this receiver has not been told.
  List<Alert> untold(String receiver) {
    return open.values().stream()
        .filter(alert -> alert.id() == 0 && alert.fires())
        .filter(alert -> !told.getOrDefault(alert.fingerprint(), List.of()).contains(receiver))
        .toList();
  }

  void told(String receiver, List<Alert> alerts) {
    for (var alert : alerts) {
      told.computeIfAbsent(alert.fingerprint(), _ -> new ArrayList<>()).add(receiver);
    }
  }

  /// Those told so far, by fingerprint.
  Map<String, List<String>> told() {
    return Map.copyOf(told);
  }

  void end() {
    goesOn = false;
    open.clear();
    told.clear();
  }
}

package io.stabbur.console.alert;

import io.stabbur.console.page.AlertWords;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.operations.alert.EndedAlert;
import io.stabbur.operations.alert.OpenAlert;
import java.util.List;

/// The alerts that fire, and those that ended last.
///
/// @param asked the alert whose silence was refused; empty where none was
/// @param reason as it was given
public record AlertsPage(
    Frame frame, List<OpenAlert> alerts, List<EndedAlert> ended, String asked, String reason)
    implements Page {
  /// How many hours a silence may last.
  public static final List<Integer> HOURS = List.of(1, 8, 24, 168);

  public AlertsPage {
    alerts = List.copyOf(alerts);
    ended = List.copyOf(ended);
  }

  public String sentence(OpenAlert alert) {
    return AlertWords.sentence(frame.texts(), alert);
  }

  public String sentence(EndedAlert alert) {
    return AlertWords.sentence(frame.texts(), alert);
  }

  public String advice(OpenAlert alert) {
    return AlertWords.advice(frame.texts(), alert);
  }
}

package io.stabbur.console.alert;

import io.stabbur.console.page.AlertWords;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.operations.alert.EndedAlert;
import io.stabbur.operations.alert.OpenAlert;
import io.stabbur.operations.alert.ReceiverSettings;
import java.util.List;
import java.util.Locale;

/// The alerts that fire, and those that ended last.
///
/// @param asked the alert whose silence was refused; empty where none was
/// @param reason as it was given
/// @param receivers who is told of alerts
public record AlertsPage(
    Frame frame,
    List<OpenAlert> alerts,
    List<EndedAlert> ended,
    String asked,
    String reason,
    List<ReceiverSettings> receivers)
    implements Page {
  /// How many hours a silence may last.
  public static final List<Integer> HOURS = List.of(1, 8, 24, 168);

  public AlertsPage {
    alerts = List.copyOf(alerts);
    ended = List.copyOf(ended);
    receivers = List.copyOf(receivers);
  }

  /// The addresses of a mail, or the host of another receiver: no path, which may be a secret.
  public static String place(ReceiverSettings receiver) {
    var to = receiver.to();
    var url = receiver.url();
    return receiver.kind() == ReceiverSettings.Kind.MAIL && to != null
        ? String.join(", ", to)
        : url == null || url.getHost() == null ? "–" : url.getHost();
  }

  /// The form in which a receiver is told, as the texts have it.
  public static String kind(ReceiverSettings receiver) {
    return receiver.kind().name().toLowerCase(Locale.ROOT);
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

package io.stabbur.console.page;

import io.stabbur.operations.alert.OpenAlert;

/// Alerts in plain words.
public final class AlertWords {
  private AlertWords() {}

  /// What is wrong; of an alert without words of its own, the engineers' sentence.
  public static String sentence(Texts texts, OpenAlert alert) {
    var key = "alert." + alert.name();
    return texts.has(key) ? texts.of(key, alert.labels()) : alert.summary();
  }

  /// What to do about it.
  public static String advice(Texts texts, OpenAlert alert) {
    var key = "alert." + alert.name() + ".do";
    return texts.of(texts.has(key) ? key : "alert.do", alert.labels());
  }
}

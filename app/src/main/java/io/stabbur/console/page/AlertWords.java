package io.stabbur.console.page;

import io.stabbur.operations.alert.EndedAlert;
import io.stabbur.operations.alert.OpenAlert;
import java.util.Map;

/// Alerts in plain words.
public final class AlertWords {
  private AlertWords() {}

  /// What is wrong; of an alert without words of its own, the engineers' sentence.
  public static String sentence(Texts texts, OpenAlert alert) {
    return sentence(texts, alert.name(), alert.labels(), alert.summary());
  }

  /// What was wrong, as it was said then.
  public static String sentence(Texts texts, EndedAlert alert) {
    return sentence(texts, alert.name(), alert.labels(), alert.summary());
  }

  private static String sentence(
      Texts texts, String name, Map<String, String> labels, String summary) {
    var key = "alert." + name;
    return texts.has(key) ? texts.of(key, labels) : summary;
  }

  /// What to do about it.
  public static String advice(Texts texts, OpenAlert alert) {
    var key = "alert." + alert.name() + ".do";
    return texts.of(texts.has(key) ? key : "alert.do", alert.labels());
  }
}

package io.stabbur.console.page;

import java.text.NumberFormat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/// Times and lengths of time in the words of a language.
///
/// @param zone in which times are shown
public record Moments(Texts texts, ZoneId zone, Clock clock) {
  private static final long KILO = 1_000;

  /// Such as `29 Nov 2026, 16:13`.
  public String of(Instant moment) {
    return DateTimeFormatter.ofPattern(texts.of("time.pattern"), texts.language().locale())
        .withZone(zone)
        .format(moment);
  }

  /// How long ago, such as `3 hours ago`.
  public String ago(Instant moment) {
    var gone = Duration.between(moment, clock.instant());
    return gone.toSeconds() < 60 ? texts.of("time.now") : texts.of("time.ago", length(gone));
  }

  /// In the largest unit that fits, such as `3 hours`.
  public String length(Duration length) {
    if (length.toDays() >= 2) {
      return counted("time.days", length.toDays());
    }
    if (length.toHours() >= 1) {
      return counted("time.hours", length.toHours());
    }
    return counted("time.minutes", Math.max(1, length.toMinutes()));
  }

  /// A number such as `20,001`.
  public String number(long number) {
    return NumberFormat.getIntegerInstance(texts.language().locale()).format(number);
  }

  private String counted(String unit, long number) {
    return texts.of(number == 1 ? unit + ".one" : unit, number);
  }

  /// Bytes such as `1.5 GB`.
  public String size(long bytes) {
    var units = java.util.List.of("B", "kB", "MB", "GB", "TB");
    double value = bytes;
    int unit = 0;
    while (value >= KILO && unit < units.size() - 1) {
      value /= KILO;
      unit++;
    }
    var pattern = unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s";
    return String.format(texts.language().locale(), pattern, value, units.get(unit));
  }
}

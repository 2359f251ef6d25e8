package io.stabbur.operations.alert;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;

/// Numbers as people and as PromQL read them.
final class Numbers {
  private static final long DAY = 86_400;
  private static final long HOUR = 3_600;
  private static final long MINUTE = 60;
  private static final double PERCENT = 100;
  private static final int DIGITS = 3;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
  private static final double KILO = 1000;

  private Numbers() {}

  /// Without an exponent and without needless zeros.
  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /// `82 %`, `1.2 GB`, `3 h 20 min`, `never` for seconds since a moment that was never, or the
  /// plain number.
  static String of(double value, String unit) {
    return switch (unit) {
      case "ratio" -> String.format(Locale.ROOT, "%.0f %%", value * PERCENT);
      case "bytes" -> bytes(value);
      case "seconds" -> seconds(value);
      default -> plain(new BigDecimal(value).round(new MathContext(DIGITS)).doubleValue());
    };
  }

  private static String bytes(double value) {
    int unit = 0;
    double left = Math.abs(value);
    while (left >= KILO && unit < UNITS.length - 1) {
      left /= KILO;
      unit++;
    }
    return String.format(Locale.ROOT, "%s%.1f %s", value < 0 ? "-" : "", left, UNITS[unit]);
  }

  private static String seconds(double value) {
    if (value < 1) {
      return Math.round(value * KILO) + " ms";
    }
    long whole = Math.round(value);
    if (whole > Duration.ofDays(20 * 365).toSeconds()) {
      return "ever";
    }
    if (whole < 10 * MINUTE) {
      return value < 10 ? String.format(Locale.ROOT, "%.1f s", value) : whole + " s";
    }
    if (whole < 2 * HOUR) {
      return whole / MINUTE + " min";
    }
    return whole < 2 * DAY
        ? whole / HOUR + " h " + whole % HOUR / MINUTE + " min"
        : whole / DAY + " days";
  }
}

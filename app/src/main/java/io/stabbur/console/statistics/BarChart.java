package io.stabbur.console.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Bars in a picture of 720 by 200, drawn on the server.
///
/// @param top what the highest line stands for
public record BarChart(List<Bar> bars, long top) {
  private static final double WIDTH = 720;
  private static final double LEFT = 48;
  private static final double FLOOR = 176;
  private static final double CEILING = 12;
  private static final double GAP = 0.25;

  /// A bar, as the attributes of a rectangle say it.
  public record Bar(String x, String y, String width, String height) {}

  public BarChart {
    bars = List.copyOf(bars);
  }

  /// One bar for each value.
  public static BarChart of(List<Long> values) {
    long top = top(values.stream().mapToLong(Long::longValue).max().orElse(0));
    var bars = new ArrayList<Bar>();
    double step = (WIDTH - LEFT) / Math.max(1, values.size());
    for (int i = 0; i < values.size(); i++) {
      double height = (FLOOR - CEILING) * values.get(i) / top;
      // what is more than nothing can be seen
      double drawn = values.get(i) == 0 ? 0 : Math.max(1.5, height);
      bars.add(
          new Bar(
              number(LEFT + step * (i + GAP / 2)),
              number(FLOOR - drawn),
              number(step * (1 - GAP)),
              number(drawn)));
    }
    return new BarChart(bars, top);
  }

  /// A round number that is not below the highest value.
  private static long top(long highest) {
    long unit = 1;
    while (unit * 10 < highest) {
      unit *= 10;
    }
    for (long factor : new long[] {1, 2, 3, 4, 6, 8, 10}) {
      if (unit * factor >= highest) {
        return Math.max(1, unit * factor);
      }
    }
    return unit * 10;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}

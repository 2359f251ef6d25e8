package io.stabbur.console.expert;

import io.stabbur.console.page.Moments;
import io.stabbur.operations.metric.MetricList.Family;
import io.stabbur.operations.metric.MetricList.Series;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Metrics as a page shows them: those whose name has a text in it, with a number each where there
/// is one, and all numbers of a single one.
///
/// @param text what is looked for in names; empty for all
public record MetricsPage(String text, List<Family> families) {
  private static final int MOST_SERIES = 300;
  private static final double WHOLE = 1e15;
  private static final MathContext SHORT = new MathContext(4);

  public MetricsPage {
    families = List.copyOf(families);
  }

  static MetricsPage of(List<Family> all, String text) {
    var wanted = text.toLowerCase(Locale.ROOT);
    var exact = all.stream().filter(each -> each.name().equals(wanted)).toList();
    return new MetricsPage(
        text,
        exact.isEmpty()
            ? all.stream()
                .filter(each -> each.name().toLowerCase(Locale.ROOT).contains(wanted))
                .toList()
            : exact);
  }

  /// Whether all numbers of one metric are shown.
  public boolean isOne() {
    return families.size() == 1;
  }

  /// The numbers of the only one, the first few hundred of them.
  public List<Series> series() {
    return families.getFirst().series().stream().limit(MOST_SERIES).toList();
  }

  public static String labels(Series series) {
    return series.labels().isEmpty()
        ? "–"
        : series.labels().entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(" "));
  }

  /// A number in the reader's language; of fractions four digits.
  public static String number(double value, Moments times) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.toString(value);
    }
    return value == Math.rint(value) && Math.abs(value) < WHOLE
        ? times.number((long) value)
        : new BigDecimal(value).round(SHORT).stripTrailingZeros().toPlainString();
  }
}

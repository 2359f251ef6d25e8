package io.stabbur.operations.alert;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a rule looks at: a number for each group of labels, and the same as PromQL.
sealed interface Signal {
  /// The number by labels, as of the history's last moment.
  Map<Map<String, String>, Double> values(History history, List<String> by);

  /// The metrics it reads, and how far back.
  Map<String, Duration> windows();

  /// The same in PromQL, compared by `comparison`, such as `> 0.8`.
  String promql(String by, String comparison);

  /// The largest of the series.
  record Value(Selector of, boolean absolute) implements Signal {
    @Override
    public Map<Map<String, String>, Double> values(History history, List<String> by) {
      var values = history.now(of.metric());
      return of.grouped(absolute ? absolute(values) : values, by, Math::max);
    }

    private static Map<Map<String, String>, Double> absolute(
        Map<Map<String, String>, Double> values) {
      var absolute = new HashMap<Map<String, String>, Double>();
      values.forEach((labels, value) -> absolute.put(labels, Math.abs(value)));
      return absolute;
    }

    @Override
    public Map<String, Duration> windows() {
      return Map.of(of.metric(), Duration.ZERO);
    }

    @Override
    public String promql(String by, String comparison) {
      var value = absolute ? "abs(" + of.promql() + ")" : of.promql();
      return "max by (%s) (%s) %s".formatted(by, value, comparison);
    }
  }

  /// How much counters grew.
  record Increase(Selector of, Duration window) implements Signal {
    @Override
    public Map<Map<String, String>, Double> values(History history, List<String> by) {
      return of.grouped(history.increase(of.metric(), window), by, Double::sum);
    }

    @Override
    public Map<String, Duration> windows() {
      return Map.of(of.metric(), window);
    }

    @Override
    public String promql(String by, String comparison) {
      return "%s %s".formatted(sum(by), comparison);
    }

    String sum(String by) {
      return "sum by (%s) (increase(%s[%ds]))".formatted(by, of.promql(), window.toSeconds());
    }
  }

  /// How much of the growth of one is the growth of another, where there is enough of it to say.
  record Share(Increase part, Increase of, double atLeast) implements Signal {
    @Override
    public Map<Map<String, String>, Double> values(History history, List<String> by) {
      var parts = part.values(history, by);
      var values = new LinkedHashMap<Map<String, String>, Double>();
      of.values(history, by)
          .forEach(
              (labels, whole) -> {
                if (whole >= atLeast && whole > 0) {
                  values.put(labels, parts.getOrDefault(labels, 0.0) / whole);
                }
              });
      return values;
    }

    @Override
    public Map<String, Duration> windows() {
      var windows = new HashMap<>(part.windows());
      windows.putAll(of.windows());
      return windows;
    }

    @Override
    public String promql(String by, String comparison) {
      return "(%s / %s %s) and (%s >= %s)"
          .formatted(part.sum(by), of.sum(by), comparison, of.sum(by), Numbers.plain(atLeast));
    }
  }

  /// One gauge divided by another, where the first is large enough to matter.
  record Quotient(Selector part, Selector of, double atLeast) implements Signal {
    @Override
    public Map<Map<String, String>, Double> values(History history, List<String> by) {
      var whole = of.grouped(history.now(of.metric()), by, Double::sum);
      var values = new LinkedHashMap<Map<String, String>, Double>();
      part.grouped(history.now(part.metric()), by, Double::sum)
          .forEach(
              (labels, value) -> {
                double divisor = whole.getOrDefault(labels, 0.0);
                if (value >= atLeast && divisor > 0) {
                  values.put(labels, value / divisor);
                }
              });
      return values;
    }

    @Override
    public Map<String, Duration> windows() {
      return Map.of(part.metric(), Duration.ZERO, of.metric(), Duration.ZERO);
    }

    @Override
    public String promql(String by, String comparison) {
      var sum = "sum by (%s) (%s)".formatted(by, part.promql());
      return "(%s / sum by (%s) (%s) %s) and (%s >= %s)"
          .formatted(sum, by, of.promql(), comparison, sum, Numbers.plain(atLeast));
    }
  }

  /// Seconds since a moment, or until it with `ahead`.
  record Moment(Selector of, boolean ahead) implements Signal {
    @Override
    public Map<Map<String, String>, Double> values(History history, List<String> by) {
      double now = history.at().toEpochMilli() / 1000.0;
      var values = new LinkedHashMap<Map<String, String>, Double>();
      of.grouped(history.now(of.metric()), by, Math::max)
          .forEach((labels, at) -> values.put(labels, ahead ? at - now : now - at));
      return values;
    }

    @Override
    public Map<String, Duration> windows() {
      return Map.of(of.metric(), Duration.ZERO);
    }

    @Override
    public String promql(String by, String comparison) {
      var moment = "max by (%s) (%s)".formatted(by, of.promql());
      return (ahead ? moment + " - time() " : "time() - " + moment + " ") + comparison;
    }
  }

  /// Where a gauge will be if it goes on as within the window.
  record Predicted(Selector of, Duration window, Duration ahead) implements Signal {
    @Override
    public Map<Map<String, String>, Double> values(History history, List<String> by) {
      return of.grouped(history.predict(of.metric(), window, ahead), by, Math::min);
    }

    @Override
    public Map<String, Duration> windows() {
      return Map.of(of.metric(), window);
    }

    @Override
    public String promql(String by, String comparison) {
      return "min by (%s) (predict_linear(%s[%ds], %d)) %s"
          .formatted(by, of.promql(), window.toSeconds(), ahead.toSeconds(), comparison);
    }
  }

  /// A quantile of a histogram, where there are enough values to say.
  ///
  /// @param of its `_bucket` series
  record Quantile(Selector of, double quantile, Duration window, double atLeast) implements Signal {
    @Override
    public Map<Map<String, String>, Double> values(History history, List<String> by) {
      var labels = new java.util.ArrayList<>(by);
      labels.add("le");
      var buckets = new LinkedHashMap<Map<String, String>, TreeMap<Double, Double>>();
      of.grouped(history.increase(of.metric(), window), labels, Double::sum)
          .forEach(
              (group, count) -> {
                var rest = new LinkedHashMap<>(group);
                var le = Double.parseDouble(String.valueOf(rest.remove("le")));
                buckets.computeIfAbsent(rest, _ -> new TreeMap<>()).put(le, count);
              });
      var values = new LinkedHashMap<Map<String, String>, Double>();
      buckets.forEach(
          (group, counts) -> {
            if (counts.lastEntry().getValue() >= Math.max(1, atLeast)) {
              values.put(group, quantile(counts));
            }
          });
      return values;
    }

    /// Interpolated within the bucket, as Prometheus does.
    private double quantile(TreeMap<Double, Double> counts) {
      double rank = quantile * counts.lastEntry().getValue();
      double lower = 0;
      double below = 0;
      for (var bucket : counts.entrySet()) {
        if (bucket.getValue() >= rank) {
          return Double.isInfinite(bucket.getKey())
              ? lower
              : lower
                  + (bucket.getKey() - lower)
                      * (rank - below)
                      / Math.max(bucket.getValue() - below, 1e-9);
        }
        lower = bucket.getKey();
        below = bucket.getValue();
      }
      return lower;
    }

    @Override
    public Map<String, Duration> windows() {
      return Map.of(of.metric(), window);
    }

    @Override
    public String promql(String by, String comparison) {
      var rate = "rate(%s[%ds])".formatted(of.promql(), window.toSeconds());
      var count =
          "sum by (%s) (increase(%s[%ds]))"
              .formatted(
                  by,
                  new Selector(of.metric().replaceFirst("_bucket$", "_count"), of.match()).promql(),
                  window.toSeconds());
      return "(histogram_quantile(%s, sum by (%s, le) (%s)) %s) and (%s >= %s)"
          .formatted(Numbers.plain(quantile), by, rate, comparison, count, Numbers.plain(atLeast));
    }
  }
}

package io.stabbur.operations.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What each series was within the longest window that a rule looks back. Kept in memory: after a
/// start a rule knows what happened since.
final class History {
  private static final Pattern OWN_COUNTER = Pattern.compile("stabbur_.*_(total|count|bucket)");

  private final Map<String, Duration> windows;
  private final Map<String, Map<Map<String, String>, Deque<Point>>> kept = new HashMap<>();
  private Series now = new Series(Map.of());
  private Instant at = Instant.EPOCH;

  /// @param windows the longest of each metric
  History(Map<String, Duration> windows) {
    this.windows = Map.copyOf(windows);
  }

  /// One value of a series.
  record Point(Instant at, double value) {}

  void add(Instant moment, Series series) {
    var before = at;
    now = series;
    at = moment;
    windows.forEach((metric, window) -> add(metric, window.plusMinutes(1), before, series));
  }

  private void add(String metric, Duration window, Instant before, Series series) {
    var all = kept.computeIfAbsent(metric, _ -> new HashMap<>());
    series
        .of(metric)
        .forEach(
            (labels, value) ->
                all.computeIfAbsent(labels, _ -> begun(metric, before)).add(new Point(at, value)));
    var oldest = at.minus(window);
    all.values().removeIf(points -> isOver(points, oldest));
  }

  /// A counter of this process that was not there a moment ago was zero then: without that, the
  /// first failures of a kind would not count. Counters that are sampled from elsewhere may appear
  /// with what they counted long before.
  private static Deque<Point> begun(String metric, Instant before) {
    var points = new ArrayDeque<Point>();
    if (!before.equals(Instant.EPOCH) && OWN_COUNTER.matcher(metric).matches()) {
      points.add(new Point(before, 0));
    }
    return points;
  }

  private static boolean isOver(Deque<Point> points, Instant oldest) {
    while (!points.isEmpty() && points.getFirst().at.isBefore(oldest)) {
      points.removeFirst();
    }
    return points.isEmpty();
  }

  Instant at() {
    return at;
  }

  Map<Map<String, String>, Double> now(String metric) {
    return now.of(metric);
  }

  /// How much a counter grew within the window, for each of its series; one that began anew counts
  /// from zero.
  Map<Map<String, String>, Double> increase(String metric, Duration window) {
    var grown = new HashMap<Map<String, String>, Double>();
    kept.getOrDefault(metric, Map.of())
        .forEach((labels, points) -> grown.put(labels, increase(within(points, window))));
    return grown;
  }

  private static double increase(List<Point> points) {
    double sum = 0;
    for (int i = 1; i < points.size(); i++) {
      double before = points.get(i - 1).value;
      double value = points.get(i).value;
      sum += value >= before ? value - before : value;
    }
    return sum;
  }

  /// Where a straight line through the window's points will be, for each series that is known for
  /// at least a sixth of it.
  Map<Map<String, String>, Double> predict(String metric, Duration window, Duration ahead) {
    var predicted = new HashMap<Map<String, String>, Double>();
    kept.getOrDefault(metric, Map.of())
        .forEach(
            (labels, all) -> {
              var points = within(all, window);
              if (points.size() > 2
                  && Duration.between(points.getFirst().at, at)
                          .compareTo(window.dividedBy(SHORTEST_PART))
                      >= 0) {
                predicted.put(labels, line(points, ahead));
              }
            });
    return predicted;
  }

  private static final int SHORTEST_PART = 6;

  private double line(List<Point> points, Duration ahead) {
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (var point : points) {
      double seconds = Duration.between(at, point.at).toMillis() / 1000.0;
      x += seconds;
      y += point.value;
      xx += seconds * seconds;
      xy += seconds * point.value;
    }
    int n = points.size();
    double slope = (n * xy - x * y) / (n * xx - x * x);
    double level = (y - slope * x) / n;
    return level + slope * ahead.toSeconds();
  }

  private List<Point> within(Deque<Point> points, Duration window) {
    var oldest = at.minus(window);
    var within = new ArrayList<Point>();
    for (var point : points) {
      if (!point.at.isBefore(oldest)) {
        within.add(point);
      }
    }
    return within;
  }
}

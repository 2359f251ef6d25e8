package io.stabbur.attack;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts what was tried and how it was answered.
final class Tally {
  /// Of one surface: answers by status, control requests and how many of them succeeded.
  private static final class Line {
    private final Map<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();
    private final LongAdder controls = new LongAdder();
    private final LongAdder successes = new LongAdder();
  }

  private final Map<String, Line> lines = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> operations = new ConcurrentHashMap<>();

  void count(Surface surface, Attempt attempt, Answer answer) {
    var line = lines.computeIfAbsent(surface.name(), _ -> new Line());
    line.statuses.computeIfAbsent(answer.status(), _ -> new LongAdder()).increment();
    if (attempt.intent() == Attempt.Intent.CONTROL) {
      line.controls.increment();
      if (answer.succeeded()) {
        line.successes.increment();
      }
    }
    var operation = surface.name() + ", " + attempt.operation();
    operations.computeIfAbsent(operation, _ -> new LongAdder()).increment();
    if (answer.succeeded()) {
      operations.computeIfAbsent(operation + " 2xx", _ -> new LongAdder()).increment();
    }
  }

  long requests() {
    return lines.values().stream()
        .flatMap(each -> each.statuses.values().stream())
        .mapToLong(LongAdder::sum)
        .sum();
  }

  /// The share of a surface's control requests that succeeded, in percent.
  Map<String, Long> controls() {
    var shares = new TreeMap<String, Long>();
    lines.forEach(
        (name, line) -> {
          if (line.controls.sum() > 0) {
            shares.put(name, 100 * line.successes.sum() / line.controls.sum());
          }
        });
    return shares;
  }

  boolean hasTried(String operation) {
    return operations.containsKey(operation);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    lines.forEach(
        (name, line) ->
            text.append(
                "%-16s %s; control %s, 2xx %s%n"
                    .formatted(name, line.statuses, line.controls, line.successes)));
    return text.toString();
  }
}

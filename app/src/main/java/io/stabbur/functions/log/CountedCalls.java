package io.stabbur.functions.log;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Calls that are counted together because too many come to log each: those of one version of a
/// function that were answered with the same status are one line.
final class CountedCalls {
  /// Most kinds that wait: a function may answer with any status.
  private static final int KINDS = 1_000;

  private final int mostSingle;
  private final AtomicInteger single = new AtomicInteger();
  private final ConcurrentHashMap<Kind, Sum> sums = new ConcurrentHashMap<>();

  private record Kind(String function, String version, String method, int status) {}

  /// Calls of one kind.
  ///
  /// @param first the line of one of them
  /// @param millis how long they took together
  private record Sum(LogLine first, long millis, long requests) {
    Sum plus(Sum more) {
      return new Sum(first, millis + more.millis, requests + more.requests);
    }

    LogLine line() {
      var request = Objects.requireNonNull(first.request());
      return first.with(request.with(millis / requests, requests));
    }
  }

  /// @param mostSingle how many calls of a batch have a line of their own
  CountedCalls(int mostSingle) {
    this.mostSingle = mostSingle;
  }

  /// Counts the call whose end the line is; false for one that has a line of its own: what failed,
  /// the first ones of a batch, and those of new kinds while too many wait.
  boolean add(LogLine line) {
    var request = line.request();
    if (request == null || request.hasFailed() || isFirst()) {
      return false;
    }
    var kind = new Kind(line.function(), line.version(), request.method(), request.status());
    if (sums.size() >= KINDS && !sums.containsKey(kind)) {
      return false;
    }
    sums.merge(kind, new Sum(line, request.millis(), 1), Sum::plus);
    return true;
  }

  private boolean isFirst() {
    return single.get() < mostSingle && single.getAndIncrement() < mostSingle;
  }

  boolean isEmpty() {
    return sums.isEmpty();
  }

  /// Begins a new batch: moves what was counted to the end of a list.
  void drainTo(List<LogLine> lines) {
    single.set(0);
    for (var kind : sums.keySet()) {
      var sum = sums.remove(kind);
      if (sum != null) {
        lines.add(sum.line());
      }
    }
  }
}

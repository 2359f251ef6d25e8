package io.stabbur.operations.request;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// Requests that are counted together because too many come to keep each: those of one kind in one
/// minute that took about as long are one line.
final class CountedRequests {
  /// Most kinds that wait; each is a few hundred bytes.
  private static final int KINDS = 5_000;

  private final ConcurrentHashMap<Kind, RequestLine> sums = new ConcurrentHashMap<>();

  /// @param minute since 1970
  /// @param step of the duration, as stabbur.request_hours has them
  private record Kind(
      long minute,
      String route,
      String method,
      int status,
      String role,
      String organization,
      int step) {
    static Kind of(RequestLine line) {
      return new Kind(
          Math.floorDiv(line.at().getEpochSecond(), 60),
          line.route(),
          line.method(),
          line.status(),
          line.role(),
          line.organization(),
          step(line.microseconds()));
    }

    /// Four steps for each doubling.
    private static int step(long microseconds) {
      return (int) Math.floor(4 * Math.log((double) Math.max(microseconds, 1)) / Math.log(2));
    }
  }

  /// Counts a request; false where too many kinds wait.
  boolean add(RequestLine line) {
    var kind = Kind.of(line);
    if (sums.size() >= KINDS && !sums.containsKey(kind)) {
      return false;
    }
    sums.merge(kind, line, CountedRequests::sum);
    return true;
  }

  /// How many lines wait.
  int size() {
    return sums.size();
  }

  private static RequestLine sum(RequestLine some, RequestLine more) {
    long requests = some.requests() + more.requests();
    long microseconds =
        some.microseconds() * some.requests() + more.microseconds() * more.requests();
    return new RequestLine(
        some.at(),
        "",
        some.route(),
        some.method(),
        some.status(),
        microseconds / requests,
        some.role(),
        some.organization(),
        requests);
  }

  /// Moves at most so many lines to the end of a list.
  void drainTo(List<RequestLine> lines, int most) {
    var kinds = sums.keySet().iterator();
    for (int moved = 0; moved < most && kinds.hasNext(); moved++) {
      var line = sums.remove(kinds.next());
      if (line != null) {
        lines.add(line);
      }
    }
  }
}

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;

/// Measures two servers in turns, so that what else the machine does weighs on both; the median of
/// the rounds' ratios counts.
///
/// @param seconds of one turn
/// @param before runs before each turn, outside its time
record Rounds(ExecutorService threads, int rounds, int seconds, Before before) {
  static final String HEAD =
      "                original/s  Stabbur/s   p50 ms each       p99 ms each     ratio (wanted)";

  /// One of many who call at once, with a connection of their own.
  interface Call {
    void once() throws IOException;
  }

  /// What a turn begins with.
  interface Before {
    void turn() throws Exception;
  }

  Rounds before(Before each) {
    return new Rounds(threads, rounds, seconds, each);
  }

  /// How long calls took.
  record Times(long[] nanos) {
    static Times joined(List<Times> all) {
      return new Times(all.stream().flatMapToLong(each -> Arrays.stream(each.nanos)).toArray());
    }

    int count() {
      return nanos.length;
    }

    double millis(double share) {
      var sorted = nanos.clone();
      Arrays.sort(sorted);
      return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))] / 1e6;
    }
  }

  void compare(String name, double wanted, List<Call> original, List<Call> stabbur)
      throws Exception {
    during(seconds, original);
    during(seconds, stabbur);
    var theirs = new ArrayList<Times>();
    var ours = new ArrayList<Times>();
    var ratios = new ArrayList<Double>();
    for (int round = 0; round < rounds; round++) {
      boolean first = round % 2 == 0;
      var one = during(seconds, first ? original : stabbur);
      var other = during(seconds, first ? stabbur : original);
      theirs.add(first ? one : other);
      ours.add(first ? other : one);
      ratios.add((double) ours.getLast().count() / theirs.getLast().count());
    }
    var their = Times.joined(theirs);
    var our = Times.joined(ours);
    System.out.printf(
        Locale.ROOT,
        "%-14s %11.1f %10.1f %8.2f %7.2f %9.2f %7.2f   %.2f (%.1f) of %s%n",
        name,
        (double) their.count() / rounds / seconds,
        (double) our.count() / rounds / seconds,
        their.millis(0.5),
        our.millis(0.5),
        their.millis(0.99),
        our.millis(0.99),
        ratios.stream().sorted().toList().get(rounds / 2),
        wanted,
        ratios.stream().map(each -> String.format(Locale.ROOT, "%.2f", each)).toList());
  }

  Times during(int length, List<Call> calls) throws Exception {
    before.turn();
    long end = System.nanoTime() + length * 1_000_000_000L;
    var parts = new ArrayList<Times>();
    for (var each : threads.invokeAll(calls.stream().map(call -> until(end, call)).toList())) {
      parts.add(each.get());
    }
    return Times.joined(parts);
  }

  private static Callable<Times> until(long end, Call call) {
    return () -> {
      var taken = new ArrayList<Long>();
      for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
        call.once();
        taken.add(System.nanoTime() - start);
      }
      return new Times(taken.stream().mapToLong(each -> each).toArray());
    };
  }

  /// `--seconds` and `--rounds`, from the third argument on.
  static Rounds of(ExecutorService threads, String[] arguments) {
    int seconds = 8;
    int rounds = 5;
    for (int i = 2; i + 1 < arguments.length; i += 2) {
      switch (arguments[i]) {
        case "--seconds" -> seconds = Integer.parseInt(arguments[i + 1]);
        case "--rounds" -> rounds = Integer.parseInt(arguments[i + 1]);
        default -> throw new IllegalArgumentException(arguments[i]);
      }
    }
    return new Rounds(threads, rounds, seconds, () -> {});
  }
}

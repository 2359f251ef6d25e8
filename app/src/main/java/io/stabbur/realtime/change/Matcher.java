package io.stabbur.realtime.change;

import io.stabbur.platform.share.Share;
import io.stabbur.realtime.change.filter.RowTest;
import io.stabbur.realtime.change.table.Comparer;
import io.stabbur.realtime.change.table.Comparer.Compared;
import io.stabbur.realtime.change.table.Comparer.Outcome;
import io.stabbur.realtime.change.table.Comparer.Question;
import io.stabbur.realtime.change.table.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the bindings whose filters let a change pass. What texts cannot decide is compared by
/// Postgres: all values of a batch with all literals of one column and operator at once. A filter
/// that takes too long loses only its own caller's events.
final class Matcher {
  /// The longest comparison of the filters of everybody.
  private static final Duration TOGETHER = Duration.ofSeconds(2);

  /// Most pairs of a value and a literal of one statement.
  private static final int MOST_PAIRS = 250_000;

  private final Comparer comparer;
  private final SlowFilters slow = new SlowFilters();

  Matcher(Comparer comparer) {
    this.comparer = comparer;
  }

  /// A comparison that Postgres is asked for, with its values and literals.
  private static final class Comparison {
    private final Map<@Nullable String, Integer> values = new LinkedHashMap<>();
    private final Map<String, Literal> literals = new LinkedHashMap<>();

    private void ask(@Nullable String value, String literal, Share caller) {
      values.putIfAbsent(value, values.size());
      literals.computeIfAbsent(literal, Literal::new).callers.add(caller);
    }

    private Answer answer(@Nullable String value, String text) {
      var literal = Objects.requireNonNull(literals.get(text));
      if (literal.isLost) {
        return Answer.LOST;
      }
      return literal.passed.get(Objects.requireNonNull(values.get(value)))
          ? Answer.PASSES
          : Answer.FAILS;
    }
  }

  /// What a filter compares values with, and whose filters do.
  private static final class Literal {
    private final String text;
    private final Set<Share> callers = new HashSet<>(2);
    private BitSet passed = new BitSet();
    private boolean isLost;

    private Literal(String text) {
      this.text = text;
    }
  }

  private enum Answer {
    PASSES,
    FAILS,
    /// It took too long.
    LOST
  }

  private record Asked(Table table, Question question) {}

  /// A binding for which Postgres has to compare something.
  private record Open(Event event, Bound bound, List<RowTest> tests) {}

  /// Sets the matched bindings of each event.
  ///
  /// @return channels for which that is not known, because their filters took too long
  Set<Channel> match(List<Event> events) {
    var comparisons = new HashMap<Asked, Comparison>();
    var open = new ArrayList<Open>();
    for (var event : events) {
      var passed = new ArrayList<Bound>();
      for (var bound : event.target().candidates(event.kind(), event.tested())) {
        var asked = new ArrayList<RowTest>();
        if (mayPass(event, bound, asked)) {
          if (asked.isEmpty()) {
            passed.add(bound);
          } else {
            var caller = bound.channel().key().caller().share();
            asked.forEach(test -> ask(comparisons, event, test, caller));
            open.add(new Open(event, bound, asked));
          }
        }
      }
      event.match(passed);
    }
    comparisons.forEach(this::compare);
    var lost = new HashSet<Channel>();
    for (var each : open) {
      switch (answer(comparisons, each)) {
        case PASSES -> each.event.matched().add(each.bound);
        case FAILS -> {}
        case LOST -> lost.add(each.bound.channel());
      }
    }
    return lost;
  }

  private static boolean mayPass(Event event, Bound bound, List<RowTest> asked) {
    for (var test : bound.tests()) {
      switch (test.test(event.tested())) {
        case PASSES -> {}
        case FAILS -> {
          return false;
        }
        case ASK -> asked.add(test);
      }
    }
    return true;
  }

  private static void ask(
      Map<Asked, Comparison> comparisons, Event event, RowTest test, Share caller) {
    comparisons
        .computeIfAbsent(asked(event, test), _ -> new Comparison())
        .ask(value(event, test), test.condition().value(), caller);
  }

  private static Asked asked(Event event, RowTest test) {
    var table = event.target().table();
    var column = table.columns().get(table.place(test.condition().column()));
    var wanted = test.condition().isNegated() ? Outcome.FALSE : Outcome.TRUE;
    return new Asked(table, new Question(column, test.condition().operator().sql(), wanted));
  }

  private static @Nullable String value(Event event, RowTest test) {
    var row = event.tested();
    return row.text(row.table().place(test.condition().column()));
  }

  /// Everybody's filters together; where that takes too long, each caller's apart from then on.
  private void compare(Asked asked, Comparison comparison) {
    var values = comparison.values.keySet().toArray(String[]::new);
    var trusted = new ArrayList<Literal>();
    var suspect = new ArrayList<Literal>();
    for (var literal : comparison.literals.values()) {
      (literal.callers.stream().allMatch(slow::isSuspect) ? suspect : trusted).add(literal);
    }
    int portion = Math.max(1, MOST_PAIRS / values.length);
    for (int from = 0; from < trusted.size(); from += portion) {
      var part = trusted.subList(from, Math.min(from + portion, trusted.size()));
      if (!isCompared(asked, values, part, TOGETHER)) {
        apart(part).forEach(group -> tried(asked, values, group));
      }
    }
    apart(suspect).forEach(group -> suspected(asked, values, group));
  }

  /// What belongs to one caller alone, of each caller; what several share by itself.
  private static Collection<List<Literal>> apart(List<Literal> literals) {
    var groups = new LinkedHashMap<Set<Share>, List<Literal>>();
    var shared = new ArrayList<List<Literal>>();
    for (var literal : literals) {
      if (literal.callers.size() == 1) {
        groups.computeIfAbsent(literal.callers, _ -> new ArrayList<>()).add(literal);
      } else {
        shared.add(List.of(literal));
      }
    }
    shared.addAll(groups.values());
    return shared;
  }

  private void suspected(Asked asked, String[] values, List<Literal> group) {
    if (!group.getFirst().callers.stream().allMatch(slow::mayTry)) {
      group.forEach(literal -> literal.isLost = true);
      return;
    }
    long start = System.nanoTime();
    tried(asked, values, group);
    slow.spent(System.nanoTime() - start);
  }

  private void tried(Asked asked, String[] values, List<Literal> group) {
    if (!isCompared(asked, values, group, SlowFilters.ALONE)) {
      group.forEach(literal -> literal.isLost = true);
      group.getFirst().callers.forEach(slow::failed);
    }
  }

  private boolean isCompared(
      Asked asked, String[] values, List<Literal> literals, Duration longest) {
    var texts = literals.stream().map(literal -> literal.text).toArray(String[]::new);
    return switch (comparer.compare(asked.table, asked.question, values, texts, longest)) {
      case Compared.Passed(var passed) -> {
        for (int i = 0; i < texts.length; i++) {
          literals.get(i).passed = passed.get(i);
        }
        yield true;
      }
      case Compared.TooSlow _ -> false;
    };
  }

  private static Answer answer(Map<Asked, Comparison> comparisons, Open open) {
    var answer = Answer.PASSES;
    for (var test : open.tests) {
      var comparison = Objects.requireNonNull(comparisons.get(asked(open.event, test)));
      switch (comparison.answer(value(open.event, test), test.condition().value())) {
        case PASSES -> {}
        case FAILS -> {
          return Answer.FAILS;
        }
        case LOST -> answer = Answer.LOST;
      }
    }
    return answer;
  }
}

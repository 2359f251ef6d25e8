package io.stabbur.realtime.change;

import io.stabbur.realtime.change.filter.RowTest;
import io.stabbur.realtime.change.table.Comparer;
import io.stabbur.realtime.change.table.Comparer.Outcome;
import io.stabbur.realtime.change.table.Comparer.Question;
import io.stabbur.realtime.change.table.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the bindings whose filters let a change pass. What texts cannot decide is compared by
/// Postgres: all values of a batch with all literals of one column and operator at once.
final class Matcher {
  private final Comparer comparer;

  Matcher(Comparer comparer) {
    this.comparer = comparer;
  }

  /// A comparison that Postgres is asked for, with its values and literals.
  private static final class Comparison {
    private final Map<@Nullable String, Integer> values = new LinkedHashMap<>();
    private final Map<String, Integer> literals = new LinkedHashMap<>();
    private Set<Comparer.Pair> outcome = Set.of();

    private void ask(@Nullable String value, String literal) {
      values.putIfAbsent(value, values.size());
      literals.putIfAbsent(literal, literals.size());
    }

    private boolean passes(@Nullable String value, String literal) {
      return outcome.contains(
          new Comparer.Pair(
              Objects.requireNonNull(values.get(value)),
              Objects.requireNonNull(literals.get(literal))));
    }
  }

  private record Asked(Table table, Question question) {}

  /// A binding for which Postgres has to compare something.
  private record Open(Event event, Bound bound, List<RowTest> tests) {}

  /// Sets the matched bindings of each event.
  void match(List<Event> events) {
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
            asked.forEach(test -> ask(comparisons, event, test));
            open.add(new Open(event, bound, asked));
          }
        }
      }
      event.match(passed);
    }
    comparisons.forEach(this::compare);
    open.stream()
        .filter(each -> passes(comparisons, each))
        .forEach(each -> each.event.matched().add(each.bound));
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

  private static void ask(Map<Asked, Comparison> comparisons, Event event, RowTest test) {
    comparisons
        .computeIfAbsent(asked(event, test), _ -> new Comparison())
        .ask(value(event, test), test.condition().value());
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

  private void compare(Asked asked, Comparison comparison) {
    comparison.outcome =
        comparer.compare(
            asked.table,
            asked.question,
            comparison.values.keySet().toArray(String[]::new),
            comparison.literals.keySet().toArray(String[]::new));
  }

  private static boolean passes(Map<Asked, Comparison> comparisons, Open open) {
    return open.tests.stream()
        .allMatch(
            test ->
                Objects.requireNonNull(comparisons.get(asked(open.event, test)))
                    .passes(value(open.event, test), test.condition().value()));
  }
}

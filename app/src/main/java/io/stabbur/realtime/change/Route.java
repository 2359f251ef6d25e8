package io.stabbur.realtime.change;

import io.stabbur.platform.pgoutput.Message.Kind;
import io.stabbur.platform.pgoutput.Relation;
import io.stabbur.realtime.change.filter.RowTest;
import io.stabbur.realtime.change.row.Row;
import io.stabbur.realtime.change.table.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where the changes of one described table go: to those who named it, and to those who named a
/// partitioned table it is a part of.
record Route(List<Target> targets) {
  static final Route NOWHERE = new Route(List.of());

  static Route of(Relation relation, List<Table> tables, Collection<Channel> channels) {
    var targets = new ArrayList<Target>();
    for (var table : tables) {
      var target = new Target(relation, table);
      for (var channel : channels) {
        for (var bound : channel.bounds()) {
          if (bound.covers(table.schema(), table.name())) {
            target.add(bound);
          }
        }
      }
      if (!target.isEmpty()) {
        targets.add(target);
      }
    }
    return new Route(targets);
  }

  /// One table as subscribers named it, with its bindings. Those that want one value of a column,
  /// or one of a few, are found by the value.
  static final class Target {
    private final Table table;
    private final boolean[] published;
    private final Map<Kind, Index> bindings = new EnumMap<>(Kind.class);

    private Target(Relation relation, Table table) {
      this.table = table;
      this.published = new boolean[table.columns().size()];
      for (var name : relation.columns()) {
        int place = table.place(name);
        if (place >= 0) {
          published[place] = true;
        }
      }
    }

    private record Index(Map<Integer, Map<String, List<Bound>>> byValue, List<Bound> others) {}

    private void add(Bound bound) {
      for (var kind : bound.kinds()) {
        var index =
            bindings.computeIfAbsent(kind, _ -> new Index(new HashMap<>(), new ArrayList<>()));
        var test = bound.tests().stream().filter(this::finds).findFirst();
        if (test.isEmpty()) {
          index.others.add(bound);
        } else {
          int place = table.place(test.get().condition().column());
          var values = index.byValue.computeIfAbsent(place, _ -> new HashMap<>());
          test.get()
              .equals()
              .forEach(value -> values.computeIfAbsent(value, _ -> new ArrayList<>()).add(bound));
        }
      }
    }

    private boolean finds(RowTest test) {
      int place = table.place(test.condition().column());
      return test.isIndexable() && place >= 0 && table.columns().get(place).equals(test.column());
    }

    Table table() {
      return table;
    }

    /// Which columns the publication has, by their places.
    boolean[] published() {
      return published;
    }

    boolean isEmpty() {
      return bindings.isEmpty();
    }

    boolean wants(Kind kind) {
      return bindings.containsKey(kind);
    }

    /// The bindings that a row may match; their tests are not made yet.
    List<Bound> candidates(Kind kind, Row row) {
      var index = bindings.get(kind);
      if (index == null) {
        return List.of();
      }
      if (index.byValue.isEmpty()) {
        return index.others;
      }
      var found = new ArrayList<>(index.others);
      index.byValue.forEach(
          (place, values) -> {
            var value = row.text(place);
            if (value != null) {
              found.addAll(values.getOrDefault(value, List.of()));
            }
          });
      return found;
    }
  }
}

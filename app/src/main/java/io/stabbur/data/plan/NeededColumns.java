package io.stabbur.data.plan;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which columns the rows of a change or a call must have, so that what is selected, embedded,
/// filtered and ordered can be answered from them. `*` stands for all.
final class NeededColumns {
  private static final List<String> ALL = List.of("*");

  private NeededColumns() {}

  /// Columns that a change returns.
  ///
  /// @param key columns of the primary key, for the header `Location`
  static List<String> ofWrite(ReadPlan rows, List<String> key) {
    var names = selected(rows);
    if (needsAll(rows, names)) {
      return ALL;
    }
    addLinks(names, rows);
    names.addAll(key);
    return List.copyOf(names);
  }

  /// Columns of a function's result.
  static List<String> ofCall(ReadPlan rows) {
    var names = selected(rows);
    if (names.isEmpty() || needsAll(rows, names)) {
      return ALL;
    }
    addLinks(names, rows);
    rows.where().forEach(test -> addTested(names, test));
    rows.order().forEach(sort -> addSorted(names, sort));
    return List.copyOf(names);
  }

  private static Set<String> selected(ReadPlan rows) {
    var names = new TreeSet<String>();
    rows.outputs().forEach(output -> names.add(output.column().name()));
    return names;
  }

  private static boolean needsAll(ReadPlan rows, Set<String> names) {
    return names.contains("*")
        || rows.embeds().stream().anyMatch(e -> e.rows().source() instanceof Source.Computed);
  }

  private static void addLinks(Set<String> names, ReadPlan rows) {
    for (var embed : rows.embeds()) {
      for (var link : embed.rows().links()) {
        if (link.right().equals(rows.source().qualifier())) {
          names.add(link.rightColumn());
        }
      }
    }
  }

  private static void addTested(Set<String> names, Test test) {
    switch (test) {
      case Test.Match(var column, _, _, _) -> names.add(column.name());
      case Test.Group(_, _, var parts) -> parts.forEach(part -> addTested(names, part));
      case Test.EmbedIs _ -> {
        // the columns of an embed are among the links
      }
    }
  }

  private static void addSorted(Set<String> names, Sort sort) {
    if (sort instanceof Sort.ByColumn(var column, _, _)) {
      names.add(column.name());
    }
  }
}

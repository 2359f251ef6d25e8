package io.stabbur.data.catalog;

import io.stabbur.data.catalog.KeyRow.Columns;
import io.stabbur.data.catalog.Relationship.ColumnPair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which keys of tables views show, through any number of views. A key counts when all of its
/// columns are there; a column may be there several times.
final class ViewKeys {
  private final Map<Long, ViewRow> views = new HashMap<>();
  private final Map<Long, Map<Long, Map<Integer, List<String>>>> shown = new LinkedHashMap<>();

  ViewKeys(List<ViewRow> rows, Set<String> exposed) {
    rows.forEach(row -> views.put(row.id(), row));
    for (var row : rows) {
      if (exposed.contains(row.name().schema())) {
        shown.put(row.id(), columnsShownBy(row));
      }
    }
  }

  /// A view as the database stores it.
  record ViewRow(
      long id, Name name, List<ViewOrigins.Origin> origins, Map<Integer, String> columns) {}

  private Map<Long, Map<Integer, List<String>>> columnsShownBy(ViewRow view) {
    var found = new HashMap<Long, Map<Integer, List<String>>>();
    for (var origin : view.origins()) {
      var column = view.columns().get(origin.column());
      if (column != null) {
        follow(found, column, origin, List.of());
      }
    }
    return found;
  }

  private void follow(
      Map<Long, Map<Integer, List<String>>> found,
      String column,
      ViewOrigins.Origin origin,
      List<Long> path) {
    if (path.contains(origin.relation())) {
      return;
    }
    found
        .computeIfAbsent(origin.relation(), _ -> new HashMap<>())
        .computeIfAbsent(origin.number(), _ -> new ArrayList<>())
        .add(column);
    var through = views.get(origin.relation());
    if (through == null) {
      return;
    }
    var longer = new ArrayList<>(path);
    longer.add(origin.relation());
    for (var deeper : through.origins()) {
      if (deeper.column() == origin.number()) {
        follow(found, column, deeper, longer);
      }
    }
  }

  /// A view that shows a key, with every choice of columns for it.
  record Shown(Name view, List<List<String>> choices) {}

  /// The views that show these columns of a relation.
  List<Shown> showing(Columns key) {
    var result = new ArrayList<Shown>();
    shown.forEach(
        (id, relations) -> {
          var columns = relations.get(key.relation());
          var choices = columns == null ? null : choices(columns, key.numbers());
          var view = views.get(id);
          if (choices != null && view != null) {
            result.add(new Shown(view.name(), choices));
          }
        });
    return result;
  }

  private static @Nullable List<List<String>> choices(
      Map<Integer, List<String>> columns, List<Integer> numbers) {
    List<List<String>> choices = List.of(List.of());
    for (var number : numbers) {
      var names = columns.get(number);
      if (names == null) {
        return null;
      }
      choices = extended(choices, names);
    }
    return choices;
  }

  private static List<List<String>> extended(List<List<String>> choices, List<String> names) {
    var more = new ArrayList<List<String>>();
    for (var choice : choices) {
      for (var name : names) {
        var longer = new ArrayList<>(choice);
        longer.add(name);
        more.add(longer);
      }
    }
    return more;
  }

  /// Names on both sides, in the order of the key.
  static List<ColumnPair> pair(List<String> here, List<String> there) {
    var pairs = new ArrayList<ColumnPair>();
    for (var i = 0; i < here.size(); i++) {
      pairs.add(new ColumnPair(here.get(i), there.get(i)));
    }
    return List.copyOf(pairs);
  }
}

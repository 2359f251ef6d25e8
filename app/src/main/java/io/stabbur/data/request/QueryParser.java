package io.stabbur.data.request;

import io.stabbur.data.error.DataError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Parses a query string into a [Query].
final class QueryParser {
  static final int MOST_FILTERS = 500;

  private static final Set<String> NEVER_FILTERS = Set.of("select", "columns", "on_conflict");

  private final Pairs pairs;
  private final Unclear unclear;
  private final List<AtPath<Condition.Filter>> filters = new ArrayList<>();
  private final List<AtPath<Condition>> logic = new ArrayList<>();
  private final List<AtPath<List<OrderTerm>>> order = new ArrayList<>();
  private final Map<List<String>, Long> limits = new HashMap<>();
  private final Map<List<String>, Long> offsets = new HashMap<>();
  private final List<Map.Entry<String, String>> arguments = new ArrayList<>();
  private final Set<String> filterKeys = new LinkedHashSet<>();

  private QueryParser(Pairs pairs, Unclear unclear) {
    this.pairs = pairs;
    this.unclear = unclear;
  }

  /// What a value that is no operation means.
  enum Unclear {
    REFUSED,
    ARGUMENT
  }

  static Query parse(String queryString, Unclear unclear) {
    return new QueryParser(Pairs.parse(queryString), unclear).query();
  }

  private Query query() {
    for (var pair : pairs.all()) {
      if (pair.value() != null) {
        sort(pair.key(), pair.value());
      }
    }
    if (filters.size() + logic.size() > MOST_FILTERS) {
      throw new DataError.QueryTooComplex("number of filters", MOST_FILTERS).exception();
    }
    var select = pairs.first("select");
    return new Query(
        pairs.canonical(),
        select == null ? List.of(SelectItem.Column.STAR) : SelectParser.parse(select),
        filters,
        logic,
        order,
        ranges(),
        arguments,
        filterKeys,
        columns(),
        names("failed to parse on_conflict parameter", pairs.first("on_conflict")));
  }

  private void sort(String key, String value) {
    switch (key.substring(key.lastIndexOf('.') + 1)) {
      case "order" -> order.add(new AtPath<>(path(key), OrderParser.parse(value)));
      case "limit" -> limits.put(path(key), number(value));
      case "offset" -> offsets.put(path(key), number(value));
      case "and", "or" -> tree(key, value);
      default -> {
        if (!NEVER_FILTERS.contains(key)) {
          filter(key, value);
        }
      }
    }
  }

  private static @Nullable Long number(String value) {
    try {
      return Long.valueOf(value.strip());
    } catch (NumberFormatException _) {
      return null;
    }
  }

  /// The embedding path before the last word of a key.
  private static List<String> path(String key) {
    var names = treePath(key).path;
    return List.copyOf(names);
  }

  private void filter(String key, String value) {
    var place = treePath(key);
    var test =
        unclear == Unclear.REFUSED
            ? FilterParser.filter(value)
            : FilterParser.filterOrArgument(value);
    filterKeys.add(key);
    if (test == null) {
      arguments.add(Map.entry(place.field.name(), value));
      return;
    }
    filters.add(
        new AtPath<>(
            place.path, new Condition.Filter(place.field, test.negation(), test.operation())));
  }

  private record Place(List<String> path, Field field) {}

  private static Place treePath(String key) {
    var in = new Cursor("failed to parse tree path", key);
    var names = names(in, '.', "delimiter (.)");
    var json = names == null ? null : Grammar.jsonPath(in);
    if (names == null || json == null) {
      throw in.refusal();
    }
    var field = new Field(names.getLast(), json);
    return new Place(List.copyOf(names.subList(0, names.size() - 1)), field);
  }

  private static @Nullable List<String> names(Cursor in, char separator, String label) {
    var names = new ArrayList<String>();
    do {
      var name = Grammar.name(in);
      if (name == null) {
        return null;
      }
      names.add(name);
    } while (in.takeAs(String.valueOf(separator), label));
    return names;
  }

  private void tree(String key, String value) {
    var in = new Cursor("failed to parse logic path", key);
    var names = names(in, '.', "delimiter (.)");
    if (names == null) {
      throw in.refusal();
    }
    var path = names.subList(0, names.size() - 1).stream().filter(n -> !n.equals("not")).toList();
    var operator = names.contains("not") ? "not." + names.getLast() : names.getLast();
    logic.add(new AtPath<>(path, FilterParser.tree(operator, value)));
  }

  private Map<List<String>, RowRange> ranges() {
    var places = new LinkedHashSet<>(limits.keySet());
    places.addAll(offsets.keySet());
    var ranges = new HashMap<List<String>, RowRange>();
    for (var place : places) {
      var offset = offsets.get(place);
      ranges.put(place, new RowRange(offset == null ? 0 : offset, limits.get(place)));
    }
    return ranges;
  }

  private @Nullable List<String> columns() {
    var text = pairs.first("columns");
    var names = names("failed to parse columns parameter", text);
    return names == null ? null : List.copyOf(new TreeSet<>(names));
  }

  private static @Nullable List<String> names(String what, @Nullable String text) {
    if (text == null) {
      return null;
    }
    var in = new Cursor(what, text);
    var names = new ArrayList<String>();
    do {
      in.skipBlanks();
      var name = Grammar.name(in);
      if (name == null) {
        throw in.refusal();
      }
      names.add(name);
      in.skipBlanks();
    } while (in.take(','));
    return names;
  }
}

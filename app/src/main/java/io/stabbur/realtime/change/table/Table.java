package io.stabbur.realtime.change.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A table as the catalog describes it.
///
/// @param owner as whom its expressions and the operators of its types are evaluated, where the
///   appliance's login may become that role
/// @param ancestors the partitioned tables it is a partition of
/// @param columns in the order of the table
public record Table(
    long oid,
    String schema,
    String name,
    @Nullable String owner,
    List<Long> ancestors,
    List<Column> columns,
    Map<String, Integer> places,
    List<Integer> key) {

  /// A table whose key and places follow from its columns.
  static Table of(
      long oid,
      String schema,
      String name,
      @Nullable String owner,
      List<Long> ancestors,
      List<Column> columns) {
    var places = new HashMap<String, Integer>();
    var key = new ArrayList<Integer>();
    for (int i = 0; i < columns.size(); i++) {
      places.put(columns.get(i).name(), i);
      if (columns.get(i).isKey()) {
        key.add(i);
      }
    }
    key.sort(Comparator.comparingInt(i -> columns.get(i).keyPosition()));
    return new Table(
        oid,
        schema,
        name,
        owner,
        List.copyOf(ancestors),
        List.copyOf(columns),
        Map.copyOf(places),
        List.copyOf(key));
  }

  /// The place of a column among [#columns], or -1.
  public int place(String column) {
    return places.getOrDefault(column, -1);
  }

  /// Whether rows can be told apart by a primary key.
  public boolean hasKey() {
    return !key.isEmpty();
  }

  /// A description is equal to itself alone: the catalog may have changed in between.
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(oid);
  }

  /// Whether texts become values of the key without code that somebody has defined.
  public boolean hasBuiltInKey() {
    return key.stream().allMatch(place -> columns.get(place).type().isBuiltIn());
  }

  @Override
  public String toString() {
    return schema + "." + name;
  }
}

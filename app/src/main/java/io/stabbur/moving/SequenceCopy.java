package io.stabbur.moving;

import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where sequences stand. They belong to no snapshot, so a value is read once and both set and
/// compared.
record SequenceCopy(DatabaseLink source, DatabaseLink target, Inventory from) {

  /// @param isCalled whether the last value was given out already
  record Value(String schema, String name, long last, boolean isCalled) {
    String quoted() {
      return new SqlText().name(schema).add(".").name(name).statement().sql();
    }
  }

  /// Those of the source.
  List<Value> read() {
    var names = source.list(from.sequences(), row -> Map.entry(row.getString(1), row.getString(2)));
    return names.stream().map(name -> read(source, name.getKey(), name.getValue())).toList();
  }

  private static Value read(DatabaseLink link, String schema, String name) {
    var question =
        new SqlText()
            .add("select last_value, is_called from ")
            .name(schema)
            .add(".")
            .name(name)
            .statement();
    return link.list(question, row -> new Value(schema, name, row.getLong(1), row.getBoolean(2)))
        .getFirst();
  }

  /// Sets those that the target has, in the transaction that is open.
  void set(List<Value> values) {
    for (var value : values) {
      target.update(
          Statement.of(
              "select setval(to_regclass(?), ?, ?) where to_regclass(?) is not null",
              value.quoted(),
              value.last(),
              value.isCalled(),
              value.quoted()));
    }
  }

  /// What stands elsewhere in the target.
  List<String> differences(List<Value> values) {
    var differences = new ArrayList<String>();
    for (var value : values) {
      if (target.isTrue("select to_regclass(?) is not null", value.quoted())
          && !read(target, value.schema(), value.name()).equals(value)) {
        differences.add("sequence " + value.quoted());
      }
    }
    return differences;
  }
}

package io.stabbur.data.catalog;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A primary key, unique constraint or foreign key as the database stores it.
record KeyRow(
    String constraint, Kind kind, Name name, Columns columns, @Nullable Referenced referenced) {
  enum Kind {
    PRIMARY,
    UNIQUE,
    FOREIGN
  }

  /// Columns of one relation by name and number, in the order of the key.
  record Columns(long relation, List<String> names, List<Integer> numbers) {
    boolean sameSet(Columns other) {
      return relation == other.relation
          && new HashSet<>(numbers).equals(new HashSet<>(other.numbers));
    }
  }

  record Referenced(Name name, Columns columns) {}
}

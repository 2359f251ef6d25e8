package io.stabbur.realtime.change.table;

import io.stabbur.realtime.change.table.ValueType.Comparison;
import org.jspecify.annotations.Nullable;

/// A column of a table.
///
/// @param keyPosition its place in the primary key, from 1; 0 outside of it
/// @param generated the expression it is computed by, as Postgres prints it
/// @param collation the collation it is compared by where that is not its type's, quoted
/// @param comparison how its values are compared for equality
/// @param shownBy the function through which callers of the data API read it, quoted: a domain with
///   a cast to JSON, such as encrypted text
public record Column(
    String name,
    ValueType type,
    int keyPosition,
    @Nullable String generated,
    @Nullable String collation,
    Comparison comparison,
    @Nullable String shownBy) {

  public boolean isKey() {
    return keyPosition > 0;
  }

  /// Whether each reader is asked what it is shown of a value.
  public boolean isAskedByReader() {
    return shownBy != null || type.json() == ValueType.Json.ASKED_BY_READER;
  }
}

package io.stabbur.data.plan;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.request.SelectItem.Aggregate;
import org.jspecify.annotations.Nullable;

/// A column of a result.
///
/// @param format the function that writes a domain as JSON
public record Output(
    ColumnRef column,
    @Nullable Name format,
    @Nullable String cast,
    @Nullable Aggregate aggregate,
    @Nullable String aggregateCast,
    @Nullable String alias,
    Span span) {

  /// What an aggregate counts.
  public enum Span {
    COLUMN,
    ROW
  }

  static Output plain(ColumnRef column, @Nullable String alias) {
    return new Output(column, null, null, null, null, alias, Span.COLUMN);
  }

  Output as(@Nullable String name) {
    return new Output(column, format, cast, aggregate, aggregateCast, name, span);
  }

  Output withoutAggregate() {
    return new Output(column, format, cast, null, null, alias, span);
  }

  Output overRow() {
    return new Output(column, format, cast, aggregate, aggregateCast, alias, Span.ROW);
  }

  /// The name the result's column has.
  public String label() {
    return alias != null ? alias : column.name();
  }
}

package io.stabbur.data.plan;

import io.stabbur.data.request.OrderTerm.Direction;
import io.stabbur.data.request.OrderTerm.Nulls;

/// One key of an order.
public sealed interface Sort {
  Direction direction();

  Nulls nulls();

  record ByColumn(ColumnRef column, Direction direction, Nulls nulls) implements Sort {}

  /// By a column of the to-one embed in `slot`.
  record ByEmbed(String slot, ColumnRef column, Direction direction, Nulls nulls) implements Sort {}
}

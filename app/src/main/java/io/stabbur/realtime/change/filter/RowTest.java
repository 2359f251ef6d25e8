package io.stabbur.realtime.change.filter;

import io.stabbur.realtime.change.row.Row;
import io.stabbur.realtime.change.table.Column;
import io.stabbur.realtime.change.table.Table;
import java.util.Objects;
import java.util.Set;

/// A condition that was checked against a table.
///
/// @param column which it asks, as it was when it was checked
/// @param equals the texts that are equal to the condition's value, as Postgres prints them; empty
///   where Postgres has to compare
public record RowTest(Condition condition, Column column, Set<String> equals) {
  /// What is known of a row without asking Postgres.
  public enum Answer {
    PASSES,
    FAILS,
    /// Postgres has to compare.
    ASK
  }

  /// Whether a row passes. A value that is not known never does.
  public Answer test(Row row) {
    int place = row.table().place(condition.column());
    if (place < 0 || !row.isKnown(place)) {
      return Answer.FAILS;
    }
    if (condition.operator() == Operator.IS) {
      return of(isWhat(row, place) != condition.isNegated());
    }
    if (!isComparable(row.table(), place)) {
      return Answer.ASK;
    }
    var value = row.text(place);
    return switch (condition.operator()) {
      case EQ, IN -> value == null ? Answer.FAILS : of(equals.contains(value) != negated());
      case NEQ -> value == null ? Answer.FAILS : of(equals.contains(value) == negated());
      case ISDISTINCT -> of((value != null && equals.contains(value)) == negated());
      case LT, LTE, GT, GTE, LIKE, ILIKE, MATCH, IMATCH, IS -> Answer.ASK;
    };
  }

  /// Whether rows can be found by the text of this condition's column.
  public boolean isIndexable() {
    return !equals.isEmpty()
        && !condition.isNegated()
        && (condition.operator() == Operator.EQ || condition.operator() == Operator.IN);
  }

  private boolean negated() {
    return condition.isNegated();
  }

  /// Whether texts decide, and the column is still what it was when the condition was checked.
  private boolean isComparable(Table table, int place) {
    return !equals.isEmpty() && Objects.equals(table.columns().get(place), column);
  }

  private boolean isWhat(Row row, int place) {
    var value = row.text(place);
    return switch (condition.value()) {
      case "true" -> "t".equals(value);
      case "false" -> "f".equals(value);
      default -> value == null;
    };
  }

  private static Answer of(boolean passes) {
    return passes ? Answer.PASSES : Answer.FAILS;
  }
}

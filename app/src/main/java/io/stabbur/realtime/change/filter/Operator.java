package io.stabbur.realtime.change.filter;

import java.util.Locale;
import java.util.Optional;

/// The operators of filters.
public enum Operator {
  EQ("="),
  NEQ("<>"),
  LT("<"),
  LTE("<="),
  GT(">"),
  GTE(">="),
  IN("= any"),
  LIKE("~~"),
  ILIKE("~~*"),
  MATCH("~"),
  IMATCH("~*"),
  IS("is"),
  ISDISTINCT("is distinct from");

  private final String sql;

  Operator(String sql) {
    this.sql = sql;
  }

  /// What it is in SQL.
  public String sql() {
    return sql;
  }

  static Optional<Operator> named(String word) {
    for (var operator : values()) {
      if (operator.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }
}

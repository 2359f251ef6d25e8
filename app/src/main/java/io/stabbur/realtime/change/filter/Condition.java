package io.stabbur.realtime.change.filter;

/// One condition of a filter as it was written: `column=not.operator.value`.
///
/// @param value of `in` the text of an array, such as `{a,b}`
public record Condition(String column, Operator operator, String value, Negation negation) {
  /// Whether `not.` stood before the operator.
  public enum Negation {
    PLAIN,
    NEGATED
  }

  public boolean isNegated() {
    return negation == Negation.NEGATED;
  }
}

package io.stabbur.data.request;

import java.util.List;

/// A boolean tree of filters.
public sealed interface Condition {
  record Filter(Field field, Negation negation, Operation operation) implements Condition {}

  record Group(Negation negation, Logic logic, List<Condition> parts) implements Condition {}

  /// Plain or under `not`.
  enum Negation {
    PLAIN,
    NEGATED
  }

  enum Logic {
    AND,
    OR
  }
}

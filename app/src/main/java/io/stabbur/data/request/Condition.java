package io.stabbur.data.request;

import java.util.List;

/// A boolean tree of filters.
public sealed interface Condition {
  record Filter(Field field, Sense sense, Operation operation) implements Condition {}

  record Group(Sense sense, Logic logic, List<Condition> parts) implements Condition {}

  /// Plain or under `not`.
  enum Sense {
    PLAIN,
    NOT
  }

  enum Logic {
    AND,
    OR
  }
}

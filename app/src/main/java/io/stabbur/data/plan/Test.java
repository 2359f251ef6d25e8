package io.stabbur.data.plan;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.request.Condition.Logic;
import io.stabbur.data.request.Condition.Negation;
import io.stabbur.data.request.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A condition on rows, its columns resolved.
public sealed interface Test {

  /// An operation on a column.
  ///
  /// @param parser the function that reads a domain from text
  record Match(ColumnRef column, Negation negation, Operation operation, @Nullable Name parser)
      implements Test {}

  record Group(Negation negation, Logic logic, List<Test> parts) implements Test {}

  /// Whether the embed in `slot` found anything.
  record EmbedIs(Presence presence, String slot) implements Test {}

  enum Presence {
    THERE,
    ABSENT
  }
}

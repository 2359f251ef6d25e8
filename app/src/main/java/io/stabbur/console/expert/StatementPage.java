package io.stabbur.console.expert;

import io.stabbur.operations.statement.OperatorStatements.Outcome;
import io.stabbur.operations.statement.OperatorStatements.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A statement, and what came of it.
///
/// @param role as whom it runs where no person is given
/// @param person empty where none is given
/// @param outcome absent before it runs
/// @param plan how Postgres went about it; absent where nobody asked
public record StatementPage(
    String sql, String role, String person, @Nullable Outcome outcome, @Nullable PlanStep plan) {
  static final StatementPage EMPTY = new StatementPage("", "authenticated", "", null, null);

  public List<Role> roles() {
    return List.of(Role.values());
  }
}

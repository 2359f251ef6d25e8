package io.stabbur.console.move;

import io.stabbur.moving.organization.OrganizationMoves.Moved;
import io.stabbur.moving.organization.OrganizationMoves.Plan;

/// What work on a move has found, or done.
public sealed interface MoveOutcome {
  /// What would be moved.
  record Planned(Plan plan) implements MoveOutcome {}

  /// What was moved.
  record Done(Moved moved) implements MoveOutcome {}
}

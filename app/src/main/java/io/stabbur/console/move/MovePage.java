package io.stabbur.console.move;

import io.stabbur.console.page.Frame;
import io.stabbur.console.run.Run;
import io.stabbur.console.trial.TrialPage;
import io.stabbur.console.trial.TrialState;
import io.stabbur.moving.organization.OrganizationMoves.Moved;
import io.stabbur.moving.organization.OrganizationMoves.Plan;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// An organization that may be moved into a project of its own.
///
/// @param isHere whether the project still has it
/// @param others the projects that it may be moved to
public record MovePage(
    Frame frame,
    String project,
    UUID organization,
    String name,
    boolean isHere,
    List<String> others,
    TrialState<MoveRequest, MoveOutcome> state)
    implements TrialPage<MoveRequest, MoveOutcome> {
  public MovePage {
    others = List.copyOf(others);
  }

  @Override
  public UUID id() {
    return organization;
  }

  @Override
  public String path() {
    return "/organizations/" + project + "/" + organization + "/move";
  }

  /// What was found by the last plan; absent where something else was done since.
  public Optional<Plan> plan() {
    return outcome(MoveOutcome.Planned.class).map(MoveOutcome.Planned::plan);
  }

  /// What was moved.
  public Optional<Moved> moved() {
    return outcome(MoveOutcome.Done.class).map(MoveOutcome.Done::moved);
  }

  private <T extends MoveOutcome> Optional<T> outcome(Class<T> kind) {
    return state.run().flatMap(Run::result).filter(kind::isInstance).map(kind::cast);
  }

  @Override
  public MovePage with(Frame other) {
    return new MovePage(other, project, organization, name, isHere, others, state);
  }
}

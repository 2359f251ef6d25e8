package io.stabbur.console.move;

import io.stabbur.console.move.MoveWork.Kind;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.run.Run;
import io.stabbur.control.operator.Approval;
import io.stabbur.moving.organization.OrganizationMoves.Moved;
import io.stabbur.moving.organization.OrganizationMoves.Plan;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// An organization that may be moved into a project of its own.
///
/// @param isHere whether the project still has it
/// @param others the projects that it may be moved to
/// @param run the last one, which may go on
/// @param waiting what another owner asked for, or this one
public record MovePage(
    Frame frame,
    String project,
    UUID organization,
    String name,
    boolean isHere,
    List<String> others,
    Optional<Run<MoveWork, MoveOutcome>> run,
    Optional<Waiting> waiting)
    implements Page {
  /// What waits for a second owner.
  public record Waiting(Approval approval, Wish wish) {}

  public MovePage {
    others = List.copyOf(others);
  }

  public String path() {
    return "/organizations/" + project + "/" + organization + "/move";
  }

  public boolean isBusy() {
    return run.filter(Run::runs).isPresent();
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
    return run.flatMap(Run::result).filter(kind::isInstance).map(kind::cast);
  }

  /// What the form for doing it is about: what waits, else what was planned last; empty where
  /// nothing may be done yet.
  public Optional<Wish> next() {
    return isHere && !isBusy() ? waiting.map(Waiting::wish).or(this::planned) : Optional.empty();
  }

  private Optional<Wish> planned() {
    return run.filter(last -> last.work().kind() == Kind.TRY && last.isDone())
        .map(last -> last.work().wish());
  }

  /// Whether just this was planned, or waits.
  boolean isOffered(Wish wish) {
    return isHere
        && !isBusy()
        && (planned().filter(wish::equals).isPresent()
            || waiting.map(Waiting::wish).filter(wish::equals).isPresent());
  }

  MovePage with(Frame other) {
    return new MovePage(other, project, organization, name, isHere, others, run, waiting);
  }
}

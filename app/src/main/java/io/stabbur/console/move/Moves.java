package io.stabbur.console.move;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.console.project.RecoveryPoints;
import io.stabbur.console.run.Run;
import io.stabbur.console.run.Runs;
import io.stabbur.console.trial.TrialDesk;
import io.stabbur.console.trial.TrialState;
import io.stabbur.console.trial.TrialWork;
import io.stabbur.console.trial.TrialWork.Kind;
import io.stabbur.moving.Progress;
import io.stabbur.moving.organization.OrganizationMoves;
import io.stabbur.organization.management.Organization;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.organization.management.OrganizationError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/// Where an organization may be moved to, and how that goes on.
@Singleton
final class Moves implements TrialDesk<MoveRequest, MoveOutcome, MovePage> {
  /// How often a page is told of another file at most.
  private static final Duration PACE = Duration.ofSeconds(2);

  private final OpenProjects projects;
  private final OrganizationDesk organizations;
  private final OrganizationMoves moves;
  private final Clock clock;
  private final RecoveryPoints points;
  private final Runs<TrialWork<MoveRequest>, MoveOutcome> runs;

  Moves(
      OpenProjects projects,
      OrganizationDesk organizations,
      OrganizationMoves moves,
      Clock clock,
      RecoveryPoints points) {
    this.projects = projects;
    this.organizations = organizations;
    this.moves = moves;
    this.clock = clock;
    this.points = points;
    this.runs = new Runs<>(clock);
  }

  @Override
  public String act() {
    return "move";
  }

  @Override
  public boolean isOfOwners() {
    return true;
  }

  @Override
  public Runs<TrialWork<MoveRequest>, MoveOutcome> runs() {
    return runs;
  }

  @Override
  public Optional<MoveRequest> read(String subject) {
    return MoveRequest.read(subject);
  }

  /// The page of an organization, also of one that this process has just moved out.
  @Override
  public MovePage page(
      Frame frame, Project project, UUID organization, TrialState<MoveRequest, MoveOutcome> state) {
    var found = find(project, organization);
    var name =
        found
            .map(Organization::name)
            .or(() -> state.run().map(run -> run.work().name()))
            .orElseThrow(() -> missing(organization));
    return new MovePage(
        frame,
        project.name(),
        organization,
        name,
        found.isPresent(),
        projects.names().stream().filter(each -> !each.equals(project.name())).toList(),
        state);
  }

  private Optional<Organization> find(Project project, UUID id) {
    try {
      return Optional.of(organizations.one(ProjectCallers.of(project), id));
    } catch (ApiException e) {
      if (e.error() instanceof OrganizationError.NotFound) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public MoveRequest request(MovePage page, ConsoleForm form) {
    var request =
        new MoveRequest(page.organization(), form.text("to"), form.text("again").equals("yes"));
    if (!page.others().contains(request.to())) {
      throw new ApiException(new Failure.Malformed("to"));
    }
    if (!page.isHere()) {
      throw missing(page.organization());
    }
    return request;
  }

  @Override
  public String subject(MovePage page, ConsoleForm form) {
    var to = form.text("to");
    return to.isEmpty() ? page.name() : page.name() + " → " + to;
  }

  @Override
  public Function<Consumer<Run.Step>, MoveOutcome> task(
      Project from, MoveRequest request, Kind kind) {
    var to = projects.open(request.to());
    return switch (kind) {
      case TRY -> _ -> new MoveOutcome.Planned(moves.plan(from, to, request.organization()));
      case APPLY -> tell -> move(from, to, request, told(tell));
    };
  }

  private MoveOutcome move(Project from, Project to, MoveRequest request, Progress progress) {
    points.before(from, "a move");
    points.before(to, "a move");
    return new MoveOutcome.Done(
        moves.run(from, to, request.organization(), request.isAgain(), progress));
  }

  /// Tells of each kind of work, and of its files now and then.
  private Progress told(Consumer<Run.Step> tell) {
    var last = new AtomicReference<>(new Told("", Instant.EPOCH));
    return (what, _, detail) -> {
      var before = last.get();
      var now = clock.instant();
      if (!before.what().equals(what) || before.at().plus(PACE).isBefore(now)) {
        last.set(new Told(what, now));
        boolean isCounted = detail.contains(" of ");
        tell.accept(
            new Run.Step(what.replace(' ', '-'), isCounted ? detail.replace(" of ", " / ") : ""));
      }
    };
  }

  private record Told(String what, Instant at) {}

  private static ApiException missing(UUID organization) {
    return new ApiException(new Failure.NoSuchRoute("/organizations/" + organization));
  }
}

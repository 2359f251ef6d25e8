package io.stabbur.console.move;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.move.MovePage.Waiting;
import io.stabbur.console.move.MoveWork.Kind;
import io.stabbur.console.page.ConsoleSettings;
import io.stabbur.console.page.Frame;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.console.project.RecoveryPoints;
import io.stabbur.console.run.Run;
import io.stabbur.console.run.RunWatch;
import io.stabbur.console.run.Runs;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.TwoPersons;
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

/// Where an organization may be moved to, who has asked for it, and how that goes on.
@Singleton
final class Moves {
  private static final String ACT = "move";

  /// How often a page is told of another file at most.
  private static final Duration PACE = Duration.ofSeconds(2);

  private final OpenProjects projects;
  private final OrganizationDesk organizations;
  private final OrganizationMoves moves;
  private final Clock clock;
  private final RecoveryPoints points;
  private final Runs<MoveWork, MoveOutcome> runs;
  private final TwoPersons twoPersons;
  private final ConsoleSettings settings;

  Moves(
      OpenProjects projects,
      OrganizationDesk organizations,
      OrganizationMoves moves,
      Clock clock,
      RecoveryPoints points,
      TwoPersons twoPersons,
      ConsoleSettings settings) {
    this.projects = projects;
    this.organizations = organizations;
    this.moves = moves;
    this.clock = clock;
    this.points = points;
    this.runs = new Runs<>(clock);
    this.twoPersons = twoPersons;
    this.settings = settings;
  }

  /// The page of an organization, also of one that this process has just moved out.
  ///
  /// @throws ApiException 404 where there is no such organization
  MovePage page(Frame frame, String project, String organization) {
    var open = projects.open(project);
    var id = id(organization);
    var mark = RunWatch.mark(runs.state());
    var run = runs.of(open.name()).filter(each -> each.work().wish().organization().equals(id));
    var found = find(open, id);
    var name =
        found
            .map(Organization::name)
            .or(() -> run.map(each -> each.work().wish().name()))
            .orElseThrow(() -> missing(organization));
    var live = "/organizations/" + open.name() + "/" + id + "/move/live?known=" + mark;
    return new MovePage(
        run.filter(Run::runs).isPresent() ? frame.watching(live) : frame,
        open.name(),
        id,
        name,
        found.isPresent(),
        projects.names().stream().filter(each -> !each.equals(open.name())).toList(),
        run,
        found.isPresent() ? waiting(open, id, name) : Optional.empty());
  }

  private Optional<Waiting> waiting(Project project, UUID organization, String name) {
    return settings.twoPersons()
        ? twoPersons.waiting(project.name(), ACT).stream()
            .flatMap(
                approval ->
                    Wish.read(approval.subject(), name)
                        .map(wish -> new Waiting(approval, wish))
                        .stream())
            .filter(waiting -> waiting.wish().organization().equals(organization))
            .findFirst()
        : Optional.empty();
  }

  /// Whether nobody else has to ask for the same.
  boolean agree(SignedIn operator, MovePage page, Wish wish) {
    return !settings.twoPersons()
        || twoPersons.agreeAsOwner(operator, page.project(), ACT, wish.subject());
  }

  void withdraw(SignedIn operator, MovePage page) {
    page.waiting()
        .ifPresent(
            waiting ->
                twoPersons.withdraw(operator, page.project(), ACT, waiting.approval().subject()));
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

  /// How all of them stand: another text as soon as one begins, goes on or ends.
  String state() {
    return runs.state();
  }

  /// What a form asks for.
  ///
  /// @throws ApiException where there is no such project, or the organization is not here
  Wish wish(MovePage page, ConsoleForm form) {
    var wish =
        new Wish(
            page.organization(), page.name(), form.text("to"), form.text("again").equals("yes"));
    if (!page.others().contains(wish.to())) {
      throw new ApiException(new Failure.Malformed("to"));
    }
    if (!page.isHere()) {
      throw missing(page.organization().toString());
    }
    return wish;
  }

  boolean begin(MovePage page, Wish wish, Kind kind) {
    var from = projects.open(page.project());
    var to = projects.open(wish.to());
    boolean isBegun =
        runs.begin(from, new MoveWork(wish, kind), tell -> work(from, to, wish, kind, tell));
    if (isBegun && kind == Kind.APPLY) {
      twoPersons.finish(from.name(), ACT, wish.subject());
    }
    return isBegun;
  }

  private MoveOutcome work(
      Project from, Project to, Wish wish, Kind kind, Consumer<Run.Step> tell) {
    return switch (kind) {
      case TRY -> new MoveOutcome.Planned(moves.plan(from, to, wish.organization()));
      case APPLY -> {
        points.before(from, "a move");
        points.before(to, "a move");
        yield new MoveOutcome.Done(
            moves.run(from, to, wish.organization(), wish.isAgain(), told(tell)));
      }
    };
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

  private static UUID id(String organization) {
    try {
      return UUID.fromString(organization);
    } catch (IllegalArgumentException _) {
      throw missing(organization);
    }
  }

  private static ApiException missing(String organization) {
    return new ApiException(new Failure.NoSuchRoute("/organizations/" + organization));
  }
}

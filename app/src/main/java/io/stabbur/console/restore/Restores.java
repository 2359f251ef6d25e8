package io.stabbur.console.restore;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.ConsoleSettings;
import io.stabbur.console.page.Frame;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.console.project.RecoveryPoints;
import io.stabbur.console.restore.RestorePage.Waiting;
import io.stabbur.console.restore.RestoreWork.Kind;
import io.stabbur.console.run.Run;
import io.stabbur.console.run.RunWatch;
import io.stabbur.console.run.Runs;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.TwoPersons;
import io.stabbur.operations.backup.Backup;
import io.stabbur.operations.backup.Backups;
import io.stabbur.operations.backup.OrganizationRestore.Report;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What may be brought back of an organization, and who has asked for it.
@Singleton
final class Restores {
  private static final String ACT = "restore";

  private final OpenProjects projects;
  private final OrganizationDesk organizations;
  private final Backups backups;
  private final RecoveryPoints points;
  private final Runs<RestoreWork, RestoreCounts> runs;
  private final TwoPersons twoPersons;
  private final ConsoleSettings settings;

  Restores(
      OpenProjects projects,
      OrganizationDesk organizations,
      Backups backups,
      Clock clock,
      RecoveryPoints points,
      TwoPersons twoPersons,
      ConsoleSettings settings) {
    this.projects = projects;
    this.organizations = organizations;
    this.backups = backups;
    this.points = points;
    this.runs = new Runs<>(clock);
    this.twoPersons = twoPersons;
    this.settings = settings;
  }

  RestorePage page(Frame frame, String project, String organization) {
    var open = projects.open(project);
    var found = organizations.one(ProjectCallers.of(open), id(organization));
    var mark = RunWatch.mark(runs.state());
    var run =
        runs.of(open.name()).filter(each -> each.work().wish().organization().equals(found.id()));
    var live = "/organizations/" + open.name() + "/" + found.id() + "/restore/live?known=" + mark;
    return new RestorePage(
        run.filter(Run::runs).isPresent() ? frame.watching(live) : frame,
        open.name(),
        found,
        backups(open),
        run,
        waiting(open, found.id()));
  }

  /// How all of them stand: another text as soon as one begins or ends.
  String state() {
    return runs.state();
  }

  private List<Backup> backups(Project project) {
    return backups.isEnabled(project) ? backups.list(project).reversed() : List.of();
  }

  private Optional<Waiting> waiting(Project project, UUID organization) {
    return settings.twoPersons()
        ? twoPersons.waiting(project.name(), ACT).stream()
            .flatMap(
                approval ->
                    Wish.read(approval.subject()).map(wish -> new Waiting(approval, wish)).stream())
            .filter(waiting -> waiting.wish().organization().equals(organization))
            .findFirst()
        : Optional.empty();
  }

  /// What a form asks for.
  ///
  /// @throws ApiException where there is no such backup
  Wish wish(RestorePage page, ConsoleForm form) {
    var wish =
        new Wish(page.organization().id(), form.text("backup"), form.text("members").equals("yes"));
    if (page.backup(wish).isEmpty()) {
      throw new ApiException(new Failure.Malformed("backup"));
    }
    return wish;
  }

  boolean begin(RestorePage page, Wish wish, Kind kind) {
    var open = projects.open(page.project());
    boolean isBegun =
        runs.begin(
            open, new RestoreWork(wish, kind), () -> new RestoreCounts(restore(open, wish, kind)));
    if (isBegun && kind == Kind.APPLY) {
      twoPersons.finish(open.name(), ACT, wish.subject());
    }
    return isBegun;
  }

  private Report restore(Project project, Wish wish, Kind kind) {
    return switch (kind) {
      case TRY -> backups.restore(project, wish.trial());
      case APPLY -> {
        points.before(project, "a restore");
        yield backups.restore(project, wish.done());
      }
    };
  }

  /// Whether nobody else has to ask for the same.
  boolean agree(SignedIn operator, RestorePage page, Wish wish) {
    return !settings.twoPersons()
        || twoPersons.agree(operator, page.project(), ACT, wish.subject());
  }

  void withdraw(SignedIn operator, RestorePage page) {
    page.waiting()
        .ifPresent(
            waiting ->
                twoPersons.withdraw(operator, page.project(), ACT, waiting.approval().subject()));
  }

  private static UUID id(String organization) {
    try {
      return UUID.fromString(organization);
    } catch (IllegalArgumentException _) {
      throw new ApiException(new Failure.NoSuchRoute("/organizations/" + organization));
    }
  }
}

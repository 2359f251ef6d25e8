package io.stabbur.console.restore;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.console.project.RecoveryPoints;
import io.stabbur.console.run.Run;
import io.stabbur.console.run.Runs;
import io.stabbur.console.trial.TrialDesk;
import io.stabbur.console.trial.TrialState;
import io.stabbur.console.trial.TrialWork;
import io.stabbur.console.trial.TrialWork.Kind;
import io.stabbur.operations.backup.Backup;
import io.stabbur.operations.backup.Backups;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/// What may be brought back of an organization, and how that goes on.
@Singleton
final class Restores implements TrialDesk<RestoreRequest, RestoreCounts, RestorePage> {
  private final OrganizationDesk organizations;
  private final Backups backups;
  private final RecoveryPoints points;
  private final Runs<TrialWork<RestoreRequest>, RestoreCounts> runs;

  Restores(OrganizationDesk organizations, Backups backups, Clock clock, RecoveryPoints points) {
    this.organizations = organizations;
    this.backups = backups;
    this.points = points;
    this.runs = new Runs<>(clock);
  }

  @Override
  public String act() {
    return "restore";
  }

  @Override
  public boolean isOfOwners() {
    return false;
  }

  @Override
  public Runs<TrialWork<RestoreRequest>, RestoreCounts> runs() {
    return runs;
  }

  @Override
  public Optional<RestoreRequest> read(String subject) {
    return RestoreRequest.read(subject);
  }

  @Override
  public RestorePage page(
      Frame frame,
      Project project,
      UUID organization,
      TrialState<RestoreRequest, RestoreCounts> state) {
    var found = organizations.one(ProjectCallers.of(project), organization);
    return new RestorePage(frame, project.name(), found, backups(project), state);
  }

  private List<Backup> backups(Project project) {
    return backups.isEnabled(project) ? backups.list(project).reversed() : List.of();
  }

  @Override
  public RestoreRequest request(RestorePage page, ConsoleForm form) {
    var request =
        new RestoreRequest(
            page.organization().id(), form.text("backup"), form.text("members").equals("yes"));
    if (page.backup(request).isEmpty()) {
      throw new ApiException(new Failure.Malformed("backup"));
    }
    return request;
  }

  @Override
  public String subject(RestorePage page, ConsoleForm form) {
    return page.name();
  }

  @Override
  public Function<Consumer<Run.Step>, RestoreCounts> task(
      Project project, RestoreRequest request, Kind kind) {
    return _ -> {
      if (kind == Kind.APPLY) {
        points.before(project, "a restore");
      }
      return new RestoreCounts(backups.restore(project, request.of(kind)));
    };
  }
}

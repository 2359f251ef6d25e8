package io.stabbur.console.restore;

import io.stabbur.console.page.Frame;
import io.stabbur.console.trial.TrialPage;
import io.stabbur.console.trial.TrialState;
import io.stabbur.operations.backup.Backup;
import io.stabbur.organization.management.Organization;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// An organization that may be brought back from a backup.
///
/// @param backups the newest first; none where none are made
public record RestorePage(
    Frame frame,
    String project,
    Organization organization,
    List<Backup> backups,
    TrialState<RestoreRequest, RestoreCounts> state)
    implements TrialPage<RestoreRequest, RestoreCounts> {
  public RestorePage {
    backups = List.copyOf(backups);
  }

  @Override
  public String name() {
    return organization.name();
  }

  @Override
  public UUID id() {
    return organization.id();
  }

  @Override
  public String path() {
    return "/organizations/" + project + "/" + organization.id() + "/restore";
  }

  public Optional<Backup> backup(RestoreRequest request) {
    return backups.stream().filter(each -> each.id().equals(request.backup())).findFirst();
  }

  @Override
  public RestorePage with(Frame other) {
    return new RestorePage(other, project, organization, backups, state);
  }
}

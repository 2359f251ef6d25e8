package io.stabbur.console.restore;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.restore.RestoreWork.Kind;
import io.stabbur.console.run.Run;
import io.stabbur.control.operator.Approval;
import io.stabbur.operations.backup.Backup;
import io.stabbur.organization.management.Organization;
import java.util.List;
import java.util.Optional;

/// An organization that may be brought back from a backup.
///
/// @param backups the newest first; none where none are made
/// @param run the last one, which may go on
/// @param waiting what another operator asked for, or this one
public record RestorePage(
    Frame frame,
    String project,
    Organization organization,
    List<Backup> backups,
    Optional<Run<RestoreWork, RestoreCounts>> run,
    Optional<Waiting> waiting)
    implements Page {
  /// What waits for a second operator.
  public record Waiting(Approval approval, Wish wish) {}

  public RestorePage {
    backups = List.copyOf(backups);
  }

  public String path() {
    return "/organizations/" + project + "/" + organization.id() + "/restore";
  }

  /// What the form for doing it is about: what waits, else what was tried last; empty where nothing
  /// may be done yet.
  public Optional<Wish> next() {
    return waiting
        .map(Waiting::wish)
        .or(() -> run.filter(_ -> isTried()).map(tried -> tried.work().wish()))
        .filter(_ -> run.filter(Run::runs).isEmpty());
  }

  /// Whether it was tried, and may be done now.
  public boolean isTried() {
    return run.filter(last -> last.work().kind() == Kind.TRY && last.isDone()).isPresent();
  }

  public Optional<Backup> backup(Wish wish) {
    return backups.stream().filter(each -> each.id().equals(wish.backup())).findFirst();
  }
}

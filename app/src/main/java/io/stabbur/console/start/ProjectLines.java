package io.stabbur.console.start;

import io.stabbur.console.project.AllTogether;
import io.stabbur.console.start.ProjectLine.Keeping;
import io.stabbur.console.start.ProjectLine.State;
import io.stabbur.control.project.ProjectDesk;
import io.stabbur.control.project.ProjectName;
import io.stabbur.operations.backup.Backups;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// How each project stands. One that does not answer takes nothing from the others.
@Singleton
final class ProjectLines {
  private final Projects projects;
  private final ProjectDesk desk;
  private final Backups backups;

  ProjectLines(Projects projects, ProjectDesk desk, Backups backups) {
    this.projects = projects;
    this.desk = desk;
    this.backups = backups;
  }

  List<ProjectLine> all() {
    var open = projects.all();
    var names = open.stream().map(Project::name).toList();
    return Stream.of(
            AllTogether.ask(open, this::line, ProjectLines::silent).stream(),
            projects.leftOut().keySet().stream().map(ProjectLines::silent),
            desk.names().stream()
                .filter(row -> !names.contains(row.name()))
                .map(ProjectLines::resting))
        .flatMap(Function.identity())
        .toList();
  }

  private ProjectLine line(Project project) {
    if (!project.api().reachable()) {
      return silent(project);
    }
    if (!backups.isEnabled(project)) {
      var keeping = backups.isPossible(project) ? Keeping.OFF : Keeping.ELSEWHERE;
      return new ProjectLine(project.name(), State.SERVED, keeping, null, null);
    }
    try {
      var status = backups.lately(project);
      return new ProjectLine(
          project.name(), State.SERVED, Keeping.ON, status.lastBackupAt(), status.lastProofAt());
    } catch (ApiException _) {
      return silent(project);
    }
  }

  private static ProjectLine silent(Project project) {
    return silent(project.name());
  }

  private static ProjectLine silent(String name) {
    return new ProjectLine(name, State.SILENT, Keeping.UNKNOWN, null, null);
  }

  private static ProjectLine resting(ProjectName row) {
    return new ProjectLine(
        row.name(), row.suspended() ? State.SUSPENDED : State.ASLEEP, Keeping.UNKNOWN, null, null);
  }
}

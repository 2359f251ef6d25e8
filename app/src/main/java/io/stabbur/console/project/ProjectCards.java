package io.stabbur.console.project;

import io.stabbur.console.project.ProjectCard.Origin;
import io.stabbur.console.project.ProjectCard.State;
import io.stabbur.control.project.ProjectDesk;
import io.stabbur.control.project.ProjectRow;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Finds all projects: those of the settings, and those that were added.
@Singleton
final class ProjectCards {
  private final Projects projects;
  private final ProjectDesk desk;

  ProjectCards(Projects projects, ProjectDesk desk) {
    this.projects = projects;
    this.desk = desk;
  }

  List<ProjectCard> all() {
    var added = desk.list();
    var names = added.stream().map(ProjectRow::name).toList();
    var states = states();
    return Stream.concat(
            projects.all().stream()
                .filter(project -> !names.contains(project.name()))
                .map(
                    project ->
                        new ProjectCard(
                            project.name(),
                            project.settings().hosts(),
                            states.getOrDefault(project.name(), State.SILENT),
                            Origin.SETTINGS)),
            added.stream().map(row -> card(row, states.getOrDefault(row.name(), State.ASLEEP))))
        .toList();
  }

  private static ProjectCard card(ProjectRow row, State state) {
    return new ProjectCard(
        row.name(),
        List.of(row.given().getOrDefault("hosts", "").split("\\s*,\\s*")),
        row.suspended() ? State.SUSPENDED : state,
        Origin.ADDED);
  }

  /// Whether the open ones answer, by name.
  private Map<String, State> states() {
    var open = projects.all();
    var states =
        AllTogether.ask(
            open,
            project -> project.api().reachable() ? State.SERVED : State.SILENT,
            _ -> State.SILENT);
    var byName = new HashMap<String, State>();
    for (int i = 0; i < open.size(); i++) {
      byName.put(open.get(i).name(), states.get(i));
    }
    return byName;
  }
}

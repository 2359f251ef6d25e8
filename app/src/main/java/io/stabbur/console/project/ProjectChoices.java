package io.stabbur.console.project;

import io.micronaut.http.HttpRequest;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Finds the project that a page is asked for: by `?project=`, else the first.
@Singleton
public final class ProjectChoices {
  static final String PARAMETER = "project";

  private final Projects projects;

  ProjectChoices(Projects projects) {
    this.projects = projects;
  }

  /// The project of a page; empty where there is none that is open.
  public Optional<Project> of(HttpRequest<?> request) {
    var named = request.getParameters().get(PARAMETER);
    return named == null ? projects.all().stream().findFirst() : Optional.of(require(named));
  }

  /// The project that a form names.
  public Project require(String name) {
    return projects
        .byName(name)
        .orElseThrow(() -> new ApiException(new Failure.NoSuchRoute("/projects/" + name)));
  }

  /// A project among all that are open.
  public ProjectChoice among(Project project) {
    return new ProjectChoice(
        project.name(), projects.all().stream().map(Project::name).sorted().toList());
  }

  public ProjectChoice none() {
    return new ProjectChoice("", java.util.List.of());
  }
}

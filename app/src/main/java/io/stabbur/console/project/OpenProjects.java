package io.stabbur.console.project;

import io.micronaut.http.HttpRequest;
import io.stabbur.control.project.ProjectDesk;
import io.stabbur.control.project.ProjectName;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The projects of which a page may show one.
@Singleton
public final class OpenProjects {
  private final Projects projects;
  private final ProjectDesk desk;

  OpenProjects(Projects projects, ProjectDesk desk) {
    this.projects = projects;
    this.desk = desk;
  }

  /// Their names; suspended ones are left out.
  public List<String> names() {
    var names = new LinkedHashSet<>(projects.configured());
    projects.all().forEach(project -> names.add(project.name()));
    for (ProjectName row : desk.names()) {
      if (row.suspended()) {
        names.remove(row.name());
      } else {
        names.add(row.name());
      }
    }
    return List.copyOf(names);
  }

  /// The project that a page is asked about: by `?project=`, else the first.
  ///
  /// @throws ApiException 404 where the one that is named is none
  public ProjectChoice chosen(HttpRequest<?> request) {
    var names = names();
    var named = request.getParameters().get(ProjectChoice.PARAMETER);
    if (named != null && !names.contains(named)) {
      throw missing(named);
    }
    return new ProjectChoice(named == null ? names.stream().findFirst().orElse("") : named, names);
  }

  /// The project that a form to choose one names, which leads to the project's own page; empty
  /// where the address names none.
  ///
  /// @throws ApiException 404 where the one that is named is none
  public Optional<String> named(HttpRequest<?> request) {
    return request.getParameters().contains(ProjectChoice.PARAMETER)
        ? Optional.of(chosen(request).name())
        : Optional.empty();
  }

  /// The choice of a page about a project.
  public ProjectChoice chosen(Project project) {
    return new ProjectChoice(project.name(), names());
  }

  /// The name of the one that is shown where none was chosen.
  ///
  /// @throws ApiException 404 where there is no project
  public String first() {
    return names().stream()
        .findFirst()
        .orElseThrow(() -> new ApiException(new Failure.NoSuchRoute("/projects")));
  }

  /// The project of a name, opened if need be.
  ///
  /// @throws ApiException 404 where there is none
  public Project open(String name) {
    if (!names().contains(name)) {
      throw missing(name);
    }
    return projects
        .awake(name)
        .orElseThrow(
            () -> new ApiException(new Failure.Unavailable("The project's database is not there")));
  }

  /// The project of a name; empty where the name is, and where the project does not open.
  public Optional<Project> opened(String name) {
    return name.isEmpty() ? Optional.empty() : Asked.of(() -> open(name));
  }

  /// What a project answers within a short time; empty where its database gives no answer.
  public <T> Optional<T> ask(String name, Function<Project, T> question) {
    Function<Project, Optional<T>> asked = each -> Asked.of(() -> question.apply(each));
    return opened(name)
        .flatMap(
            project -> AllTogether.ask(List.of(project), asked, _ -> Optional.empty()).getFirst());
  }

  private static ApiException missing(String name) {
    return new ApiException(new Failure.NoSuchRoute("/projects/" + name));
  }
}

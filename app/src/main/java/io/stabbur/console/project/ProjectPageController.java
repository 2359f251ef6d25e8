package io.stabbur.console.project;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.project.ProjectDesk;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import java.util.Map;
import java.util.Set;

/// `/console/projects`: the projects, for operators to add and suspend, and for owners to remove.
@Controller("/console/projects")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class ProjectPageController {
  private static final Set<String> HOSTS = Set.of("host_taken", "invalid_hosts");

  private final ProjectCards cards;
  private final ProjectDesk desk;
  private final OpenProjects open;
  private final RecoveryPoints points;
  private final OperatorJournal journal;
  private final Pages pages;
  private final Frames frames;

  ProjectPageController(
      ProjectCards cards,
      ProjectDesk desk,
      OpenProjects open,
      RecoveryPoints points,
      OperatorJournal journal,
      Pages pages,
      Frames frames) {
    this.cards = cards;
    this.desk = desk;
    this.open = open;
    this.points = points;
    this.journal = journal;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request) {
    var shown = Window.of(cards.all(), ProjectCard::name, request);
    return pages.show(request, "projects", new ProjectsPage(frame(request), shown, "", ""));
  }

  /// Adds a project on the embedded Postgres.
  @Post
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> add(HttpRequest<?> request, ConsoleForm form) {
    journal.about(request, null, form.text("name"));
    try {
      var _ = desk.add(form.text("name"), Map.of("hosts", form.text("hosts")), false);
      return pages.go(frames.at("/projects?done=project-added"));
    } catch (ApiException e) {
      Refusals.requireToldOnForms(e);
      var frame = frame(request).refused(e.error(), "projects.refused", field(e));
      return refused(request, form, frame, "");
    }
  }

  /// The field that a refusal is about.
  private static String field(ApiException e) {
    return e.error() instanceof Refused(_, var code, _) && HOSTS.contains(code) ? "hosts" : "name";
  }

  @Post("/{name}/suspend")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> suspend(String name) {
    var _ = desk.suspend(name, true);
    return pages.go(frames.at("/projects?done=project-suspended"));
  }

  @Post("/{name}/resume")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> resume(String name) {
    var _ = desk.suspend(name, false);
    return pages.go(frames.at("/projects?done=project-resumed"));
  }

  /// Removes a project whose name was written once more.
  @Post("/{name}/remove")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Secured(Role.OWNERS)
  HttpResponse<?> remove(HttpRequest<?> request, String name, ConsoleForm form) {
    var known = desk.find(name).name();
    if (!form.confirms(known)) {
      var frame = frame(request).refused("projects.confirm-wrong", "", "confirm-" + known);
      return refused(request, form, frame, known);
    }
    nameMoment(known);
    desk.remove(known);
    return pages.go(frames.at("/projects?done=project-removed"));
  }

  /// Nothing where the project is suspended or its database does not answer: it stays as it is.
  private void nameMoment(String name) {
    if (open.names().contains(name)) {
      var _ =
          open.opened(name)
              .flatMap(
                  project ->
                      Asked.of(
                          () -> {
                            points.before(project, "the project was removed");
                            return true;
                          }));
    }
  }

  /// @param about the project that the form is of; empty where it is of none
  private HttpResponse<?> refused(
      HttpRequest<?> request, ConsoleForm form, Frame frame, String about) {
    var all = Window.of(cards.all(), ProjectCard::name, "", "");
    boolean isThere =
        about.isEmpty() || all.shown().stream().anyMatch(card -> card.name().equals(about));
    var shown = isThere ? all : Window.of(cards.all(), ProjectCard::name, about, "");
    var page = new ProjectsPage(frame, shown, form.text("name"), form.text("hosts"));
    return pages.show(request, HttpStatus.BAD_REQUEST, "projects", page);
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.PROJECTS, "projects.title");
  }
}

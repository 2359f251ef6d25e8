package io.stabbur.console.visibility;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.ProjectChoices;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.operations.probe.ProbeDesk;
import io.stabbur.project.Project;

/// `/console/visibility`: whether anybody reaches what is another organization's, tried on demand.
@Controller("/console/visibility")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class VisibilityController {
  private final ProjectChoices choices;
  private final ProbeDesk desk;
  private final Pages pages;
  private final Frames frames;

  VisibilityController(ProjectChoices choices, ProbeDesk desk, Pages pages, Frames frames) {
    this.choices = choices;
    this.desk = desk;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request) {
    var frame = frames.of(request, Section.VISIBILITY, "visibility.title");
    var project = choices.of(request);
    var page =
        new VisibilityPage(
            frame,
            project.map(choices::among).orElseGet(choices::none),
            project.map(Project::name).flatMap(desk::of));
    return pages.show(request, "visibility", page);
  }

  /// Begins a trial, which goes on when the page is closed.
  @Post("/{project}/try")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> begin(SignedIn operator, String project) {
    var known = choices.require(project);
    boolean isBegun = desk.begin(known, operator.email());
    var query = choices.among(known).query();
    var done = isBegun ? "" : (query.isEmpty() ? "?" : "&") + "done=probe-busy";
    return pages.go(frames.at("/visibility" + query + done));
  }
}

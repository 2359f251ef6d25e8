package io.stabbur.console.visibility;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.console.run.RunWatch;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.operations.probe.ProbeDesk;

/// `/console/visibility`: whether anybody reaches what is another organization's, tried on demand.
@Controller("/console/visibility")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class VisibilityController {
  private final OpenProjects projects;
  private final ProbeDesk desk;
  private final RunWatch watch;
  private final Pages pages;
  private final Frames frames;

  VisibilityController(
      OpenProjects projects, ProbeDesk desk, RunWatch watch, Pages pages, Frames frames) {
    this.projects = projects;
    this.desk = desk;
    this.watch = watch;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request) {
    var frame = frames.of(request, Section.VISIBILITY, "visibility.title");
    var choice = projects.chosen(request);
    var page = new VisibilityPage(frame, choice, desk.of(choice.name()));
    var live =
        "/visibility/"
            + choice.name()
            + "/live?known="
            + RunWatch.mark(VisibilityPage.state(page.standing()));
    return pages.show(
        request,
        "visibility",
        page.runs() ? new VisibilityPage(frame.watching(live), choice, page.standing()) : page);
  }

  /// Tells how a trial goes on.
  @Get("/{project}/live")
  @Secured(Role.AUDITORS)
  @Produces(MediaType.ALL)
  HttpResponse<?> live(
      HttpRequest<?> request, String project, @QueryValue(defaultValue = "") String known)
      throws InterruptedException {
    return watch.changed(request, known, () -> VisibilityPage.state(desk.of(project)));
  }

  /// Begins a trial, which goes on when the page is closed.
  @Post("/{project}/try")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> begin(SignedIn operator, String project) {
    var known = projects.open(project);
    boolean isBegun = desk.begin(known, operator.email());
    var choice = projects.chosen(known);
    return pages.go(
        frames.at(
            isBegun ? "/visibility" + choice.query() : choice.after("/visibility", "probe-busy")));
  }
}

package io.stabbur.console.start;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.control.operator.Role;

/// `/console`: whether all is well.
@Controller("/console")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.AUDITORS)
final class StartController {
  private final ProjectLines projects;
  private final Needs needs;
  private final Traffic traffic;
  private final Pages pages;
  private final Frames frames;

  StartController(ProjectLines projects, Needs needs, Traffic traffic, Pages pages, Frames frames) {
    this.projects = projects;
    this.needs = needs;
    this.traffic = traffic;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  HttpResponse<?> show(HttpRequest<?> request) {
    var frame = frames.of(request, Section.START, "start.title");
    var lines = projects.all();
    return pages.show(
        request, "start", new StartPage(frame, needs.of(frame, lines), lines, traffic.hours()));
  }
}

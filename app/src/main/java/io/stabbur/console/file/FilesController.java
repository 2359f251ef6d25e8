package io.stabbur.console.file;

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
import io.stabbur.console.project.OpenProjects;
import io.stabbur.control.operator.Role;
import io.stabbur.storage.upkeep.StorageOverview;

/// `/console/files`: what takes room, and what is public.
@Controller("/console/files")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.AUDITORS)
final class FilesController {
  private final OpenProjects projects;
  private final Pages pages;
  private final Frames frames;

  FilesController(OpenProjects projects, Pages pages, Frames frames) {
    this.projects = projects;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  HttpResponse<?> show(HttpRequest<?> request) {
    var choice = projects.chosen(request);
    var page =
        new FilesPage(
            frames.of(request, Section.FILES, "files.title"),
            choice,
            projects.ask(choice.name(), StorageOverview::of));
    return pages.show(request, "files", page);
  }
}

package io.stabbur.console.statistics;

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
import io.stabbur.console.statistics.StatisticsPage.Numbers;
import io.stabbur.control.operator.Role;
import io.stabbur.operations.request.RequestReport;
import io.stabbur.project.Project;
import java.time.Duration;
import java.util.List;

/// `/console/statistics`: how much a project is used.
@Controller("/console/statistics")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.AUDITORS)
final class StatisticsController {
  private static final int HOURS = 24;
  private static final int DAYS = 14;

  private final OpenProjects projects;
  private final RequestReport requests;
  private final Pages pages;
  private final Frames frames;

  StatisticsController(OpenProjects projects, RequestReport requests, Pages pages, Frames frames) {
    this.projects = projects;
    this.requests = requests;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  HttpResponse<?> show(HttpRequest<?> request) {
    var choice = projects.chosen(request);
    var page =
        new StatisticsPage(
            frames.of(request, Section.STATISTICS, "statistics.title"),
            choice,
            projects.ask(choice.name(), this::numbers));
    return pages.show(request, "statistics", page);
  }

  private Numbers numbers(Project project) {
    return requests.isKept(project)
        ? new Numbers(
            true,
            requests.totals(project, Duration.ofHours(1), HOURS),
            requests.totals(project, Duration.ofDays(1), DAYS))
        : new Numbers(false, List.of(), List.of());
  }
}

package io.stabbur.console.expert;

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
import io.stabbur.operations.alert.AlertDesk;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;

/// `/console/expert/runbooks/ALERT`: the steps for an alert.
@Controller("/console/expert/runbooks")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.AUDITORS)
final class RunbookController {
  private final AlertDesk desk;
  private final Pages pages;
  private final Frames frames;

  RunbookController(AlertDesk desk, Pages pages, Frames frames) {
    this.desk = desk;
    this.pages = pages;
    this.frames = frames;
  }

  @Get("/{alert}")
  HttpResponse<?> show(HttpRequest<?> request, String alert) {
    var runbook =
        Runbook.of(alert)
            .orElseThrow(() -> new ApiException(new Failure.NoSuchRoute("/runbooks/" + alert)));
    var open = desk.open().stream().filter(each -> each.name().equals(alert)).toList();
    var frame = frames.of(request, Section.NONE, "expert.runbook.page");
    return pages.show(request, "runbook", new RunbookPage(frame, runbook, open));
  }
}

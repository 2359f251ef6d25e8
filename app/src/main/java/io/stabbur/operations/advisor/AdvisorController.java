package io.stabbur.operations.advisor;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;

/// `GET /admin/v1/advisor`: tables with their policies in words, and what is wrong, for the service
/// role.
@Controller("/admin/v1/advisor")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdvisorController {
  private final ProjectAdvisor advisor;

  AdvisorController(ProjectAdvisor advisor) {
    this.advisor = advisor;
  }

  @Get
  String report(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("The advisor needs the service key"));
    }
    return Json.write(ReportJson.of(advisor.report(caller.project())));
  }
}

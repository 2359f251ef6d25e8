package io.stabbur.console.restore;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.trial.TrialAct;
import io.stabbur.console.trial.TrialForms;
import io.stabbur.control.operator.Role;

/// `/console/organizations/PROJECT/ORGANIZATION/restore`: brings an organization back from a
/// backup, as the board sees it, while the others go on.
@Controller("/console/organizations/{project}/{organization}/restore")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class RestorePageController {
  private final Restores restores;
  private final TrialForms forms;

  RestorePageController(Restores restores, TrialForms forms) {
    this.restores = restores;
    this.forms = forms;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request, String project, String organization) {
    return forms.show(restores, request, project, organization);
  }

  @Get("/live")
  @Secured(Role.AUDITORS)
  @Produces(MediaType.ALL)
  HttpResponse<?> live(HttpRequest<?> request, @QueryValue(defaultValue = "") String known)
      throws InterruptedException {
    return forms.live(restores, request, known);
  }

  /// Tells what would change, and changes nothing.
  @Post("/try")
  HttpResponse<?> attempt(@RequestBean TrialAct act) {
    return forms.attempt(restores, act);
  }

  @Post("/apply")
  HttpResponse<?> apply(@RequestBean TrialAct act) {
    return forms.apply(restores, act);
  }

  @Post("/withdraw")
  HttpResponse<?> withdraw(@RequestBean TrialAct act) {
    return forms.withdraw(restores, act);
  }
}

package io.stabbur.console.move;

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

/// `/console/organizations/PROJECT/ORGANIZATION/move`: an organization out into a project of its
/// own. Owners plan it and do it, as the API has it.
@Controller("/console/organizations/{project}/{organization}/move")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OWNERS)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class MovePageController {
  private final Moves moves;
  private final TrialForms forms;

  MovePageController(Moves moves, TrialForms forms) {
    this.moves = moves;
    this.forms = forms;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request, String project, String organization) {
    return forms.show(moves, request, project, organization);
  }

  @Get("/live")
  @Secured(Role.AUDITORS)
  @Produces(MediaType.ALL)
  HttpResponse<?> live(HttpRequest<?> request, @QueryValue(defaultValue = "") String known)
      throws InterruptedException {
    return forms.live(moves, request, known);
  }

  /// Tells what would be moved, and changes nothing.
  @Post("/try")
  HttpResponse<?> attempt(@RequestBean TrialAct act) {
    return forms.attempt(moves, act);
  }

  @Post("/apply")
  HttpResponse<?> apply(@RequestBean TrialAct act) {
    return forms.apply(moves, act);
  }

  @Post("/withdraw")
  HttpResponse<?> withdraw(@RequestBean TrialAct act) {
    return forms.withdraw(moves, act);
  }
}

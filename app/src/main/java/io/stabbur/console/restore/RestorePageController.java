package io.stabbur.console.restore;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.console.restore.RestoreWork.Kind;
import io.stabbur.console.run.RunWatch;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;

/// `/console/organizations/PROJECT/ORGANIZATION/restore`: brings an organization back from a
/// backup, as the board sees it, while the others go on.
@Controller("/console/organizations/{project}/{organization}/restore")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class RestorePageController {
  private final Restores restores;
  private final StepUp stepUp;
  private final OperatorJournal journal;
  private final RunWatch watch;
  private final Pages pages;
  private final Frames frames;

  RestorePageController(
      Restores restores,
      StepUp stepUp,
      OperatorJournal journal,
      RunWatch watch,
      Pages pages,
      Frames frames) {
    this.restores = restores;
    this.stepUp = stepUp;
    this.journal = journal;
    this.watch = watch;
    this.pages = pages;
    this.frames = frames;
  }

  /// A form that was sent.
  @Introspected
  record Act(
      HttpRequest<?> request,
      SignedIn operator,
      @PathVariable String project,
      @PathVariable String organization,
      ConsoleForm form) {}

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request, String project, String organization) {
    return pages.show(request, "restore", restores.page(frame(request), project, organization));
  }

  /// Tells when a comparison or a restore begins or ends.
  @Get("/live")
  @Secured(Role.AUDITORS)
  @Produces(MediaType.ALL)
  HttpResponse<?> live(HttpRequest<?> request, @QueryValue(defaultValue = "") String known)
      throws InterruptedException {
    return watch.changed(request, known, restores::state);
  }

  /// Tells what would change, and changes nothing.
  @Post("/try")
  HttpResponse<?> attempt(@RequestBean Act act) {
    var page = begun(act);
    var wish = restores.wish(page, act.form());
    boolean isBegun = restores.begin(page, wish, Kind.TRY);
    return again(page, isBegun ? "" : "?done=backup-busy");
  }

  /// Does what was tried, once the name was written and a code of the operator's own was given, and
  /// where the settings say so only after two operators asked for it.
  @Post("/apply")
  HttpResponse<?> apply(@RequestBean Act act) {
    var page = begun(act);
    var wish = restores.wish(page, act.form());
    if (!act.form().text("confirm").equals(page.organization().name().strip())) {
      return refused(act, page, "restore.confirm-wrong", "confirm");
    }
    var refusal = Refusals.ofCode(stepUp.attempt(act.operator(), act.form().text("code")));
    if (!refusal.isEmpty()) {
      return refused(act, page, refusal, "code");
    }
    if (!restores.agree(act.operator(), page, wish)) {
      journal.askedFor(act.request());
      return again(page, "?done=restore-waits");
    }
    boolean isBegun = restores.begin(page, wish, Kind.APPLY);
    return again(page, isBegun ? "" : "?done=backup-busy");
  }

  /// Takes back what waits, while another operator has not agreed.
  @Post("/withdraw")
  HttpResponse<?> withdraw(@RequestBean Act act) {
    var page = begun(act);
    restores.withdraw(act.operator(), page);
    return again(page, "?done=restore-withdrawn");
  }

  private RestorePage begun(Act act) {
    var page = restores.page(frame(act.request()), act.project(), act.organization());
    journal.about(act.request(), act.project(), page.organization().name());
    return page;
  }

  private HttpResponse<?> refused(Act act, RestorePage page, String key, String field) {
    var frame = page.frame().refused(key, "", field);
    var shown =
        new RestorePage(
            frame, page.project(), page.organization(), page.backups(), page.run(), page.waiting());
    return pages.show(act.request(), HttpStatus.BAD_REQUEST, "restore", shown);
  }

  private HttpResponse<?> again(RestorePage page, String query) {
    return pages.go(frames.at(page.path() + query));
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.ORGANIZATIONS, "restore.title");
  }
}

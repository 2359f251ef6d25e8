package io.stabbur.console.move;

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
import io.stabbur.console.move.MoveWork.Kind;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.console.run.RunWatch;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;

/// `/console/organizations/PROJECT/ORGANIZATION/move`: an organization out into a project of its
/// own. Owners plan it and do it, as the API has it.
@Controller("/console/organizations/{project}/{organization}/move")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OWNERS)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class MovePageController {
  private final Moves moves;
  private final StepUp stepUp;
  private final OperatorJournal journal;
  private final RunWatch watch;
  private final Pages pages;
  private final Frames frames;

  MovePageController(
      Moves moves,
      StepUp stepUp,
      OperatorJournal journal,
      RunWatch watch,
      Pages pages,
      Frames frames) {
    this.moves = moves;
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
    return pages.show(request, "move", moves.page(frame(request), project, organization));
  }

  /// Tells when a plan or a move begins, goes on or ends.
  @Get("/live")
  @Secured(Role.AUDITORS)
  @Produces(MediaType.ALL)
  HttpResponse<?> live(HttpRequest<?> request, @QueryValue(defaultValue = "") String known)
      throws InterruptedException {
    return watch.changed(request, known, moves::state);
  }

  /// Tells what would be moved, and changes nothing.
  @Post("/try")
  HttpResponse<?> attempt(@RequestBean Act act) {
    var page = begun(act);
    return begin(page, moves.wish(page, act.form()), Kind.TRY);
  }

  /// Does what was planned, once the name was written and a code of the operator's own was given,
  /// and where the settings say so only after two owners asked for it.
  @Post("/apply")
  HttpResponse<?> apply(@RequestBean Act act) {
    var page = begun(act);
    var wish = moves.wish(page, act.form());
    if (!page.isOffered(wish)) {
      return refused(act, page, HttpStatus.CONFLICT, "move.plan-first", "");
    }
    if (!act.form().text("confirm").equals(page.name().strip())) {
      return refused(act, page, HttpStatus.BAD_REQUEST, "restore.confirm-wrong", "confirm");
    }
    var refusal = Refusals.ofCode(stepUp.attempt(act.operator(), act.form().text("code")));
    if (!refusal.isEmpty()) {
      return refused(act, page, HttpStatus.BAD_REQUEST, refusal, "code");
    }
    if (!moves.agree(act.operator(), page, wish)) {
      journal.askedFor(act.request());
      return again(page, "?done=move-waits");
    }
    return begin(page, wish, Kind.APPLY);
  }

  /// Takes back what waits, while another owner has not agreed.
  @Post("/withdraw")
  HttpResponse<?> withdraw(@RequestBean Act act) {
    var page = begun(act);
    moves.withdraw(act.operator(), page);
    return again(page, "?done=move-withdrawn");
  }

  private HttpResponse<?> begin(MovePage page, Wish wish, Kind kind) {
    boolean isBegun = moves.begin(page, wish, kind);
    return again(page, isBegun ? "" : "?done=move-busy");
  }

  private HttpResponse<?> again(MovePage page, String query) {
    return pages.go(frames.at(page.path() + query));
  }

  private MovePage begun(Act act) {
    var page = moves.page(frame(act.request()), act.project(), act.organization());
    var to = act.form().text("to");
    journal.about(
        act.request(), act.project(), to.isEmpty() ? page.name() : page.name() + " → " + to);
    return page;
  }

  private HttpResponse<?> refused(
      Act act, MovePage page, HttpStatus status, String key, String field) {
    return pages.show(
        act.request(), status, "move", page.with(page.frame().refused(key, "", field)));
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.ORGANIZATIONS, "move.title");
  }
}

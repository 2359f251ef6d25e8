package io.stabbur.console.trial;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.stabbur.console.page.ConsoleSettings;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.console.run.RunWatch;
import io.stabbur.console.trial.TrialState.Waiting;
import io.stabbur.console.trial.TrialWork.Kind;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.StepUp;
import io.stabbur.control.operator.TwoPersons;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/// Answers the pages and forms of acts on organizations that are tried first. What was tried may be
/// done once the organization's name was written and a code of the operator's own was given, and
/// where the settings say so only after two operators asked for it.
@Singleton
public final class TrialForms {
  private final OpenProjects projects;
  private final StepUp stepUp;
  private final TwoPersons twoPersons;
  private final ConsoleSettings settings;
  private final OperatorJournal journal;
  private final RunWatch watch;
  private final Pages pages;
  private final Frames frames;

  TrialForms(
      OpenProjects projects,
      StepUp stepUp,
      TwoPersons twoPersons,
      ConsoleSettings settings,
      OperatorJournal journal,
      RunWatch watch,
      Pages pages,
      Frames frames) {
    this.projects = projects;
    this.stepUp = stepUp;
    this.twoPersons = twoPersons;
    this.settings = settings;
    this.journal = journal;
    this.watch = watch;
    this.pages = pages;
    this.frames = frames;
  }

  /// The page, also while the act goes on.
  public HttpResponse<?> show(
      TrialDesk<?, ?, ?> desk, HttpRequest<?> request, String project, String organization) {
    return pages.show(request, desk.act(), page(desk, request, project, organization));
  }

  /// Tells when a trial or the act itself begins, goes on or ends.
  public HttpResponse<?> live(TrialDesk<?, ?, ?> desk, HttpRequest<?> request, String known)
      throws InterruptedException {
    return watch.changed(request, known, desk.runs()::state);
  }

  /// Tells what would change, and changes nothing.
  public <Q extends TrialRequest, R, P extends TrialPage<Q, R>> HttpResponse<?> attempt(
      TrialDesk<Q, R, P> desk, TrialAct act) {
    var page = begun(desk, act);
    return begin(desk, page, desk.request(page, act.form()), Kind.TRY);
  }

  /// Does what was tried.
  public <Q extends TrialRequest, R, P extends TrialPage<Q, R>> HttpResponse<?> apply(
      TrialDesk<Q, R, P> desk, TrialAct act) {
    var page = begun(desk, act);
    var request = desk.request(page, act.form());
    if (!page.state().isOffered(request)) {
      return refused(desk, act, page, HttpStatus.CONFLICT, desk.act() + ".try-first", "");
    }
    if (!act.form().confirms(page.asked())) {
      return refused(desk, act, page, HttpStatus.BAD_REQUEST, "restore.confirm-wrong", "confirm");
    }
    var refusal = Refusals.ofCode(stepUp.attempt(act.operator(), act.form().text("code")));
    if (!refusal.isEmpty()) {
      return refused(desk, act, page, HttpStatus.BAD_REQUEST, refusal, "code");
    }
    if (!agree(desk, act, page, request)) {
      journal.askedFor(act.request());
      return again(page, desk.act() + "-waits");
    }
    return begin(desk, page, request, Kind.APPLY);
  }

  /// Takes back what waits, while another operator has not agreed.
  public <Q extends TrialRequest, R, P extends TrialPage<Q, R>> HttpResponse<?> withdraw(
      TrialDesk<Q, R, P> desk, TrialAct act) {
    var page = begun(desk, act);
    page.state()
        .waiting()
        .ifPresent(
            waiting ->
                twoPersons.withdraw(
                    act.operator(), page.project(), desk.act(), waiting.request().subject()));
    return again(page, desk.act() + "-withdrawn");
  }

  /// Whether nobody else has to ask for the same.
  private <Q extends TrialRequest, R> boolean agree(
      TrialDesk<Q, R, ?> desk, TrialAct act, TrialPage<Q, R> page, Q request) {
    if (!settings.twoPersons()) {
      return true;
    }
    var subject = request.subject();
    return desk.isOfOwners()
        ? twoPersons.agreeAsOwner(act.operator(), page.project(), desk.act(), subject)
        : twoPersons.agree(act.operator(), page.project(), desk.act(), subject);
  }

  private <Q extends TrialRequest, R> HttpResponse<?> begin(
      TrialDesk<Q, R, ?> desk, TrialPage<Q, R> page, Q request, Kind kind) {
    var project = projects.open(page.project());
    var work = new TrialWork<>(page.name(), request, kind);
    boolean isBegun = desk.runs().begin(project, work, desk.task(project, request, kind));
    if (isBegun && kind == Kind.APPLY) {
      twoPersons.finish(project.name(), desk.act(), request.subject());
    }
    return again(page, isBegun ? "" : desk.act() + "-busy");
  }

  private HttpResponse<?> again(TrialPage<?, ?> page, String done) {
    return pages.go(frames.at(page.path() + (done.isEmpty() ? "" : "?done=" + done)));
  }

  private <Q extends TrialRequest, R, P extends TrialPage<Q, R>> P begun(
      TrialDesk<Q, R, P> desk, TrialAct act) {
    var page = page(desk, act.request(), act.project(), act.organization());
    journal.about(act.request(), act.project(), desk.subject(page, act.form()));
    return page;
  }

  private HttpResponse<?> refused(
      TrialDesk<?, ?, ?> desk,
      TrialAct act,
      TrialPage<?, ?> page,
      HttpStatus status,
      String key,
      String field) {
    var shown = page.with(page.frame().refused(key, "", field));
    return pages.show(act.request(), status, desk.act(), shown);
  }

  private <Q extends TrialRequest, R, P extends TrialPage<Q, R>> P page(
      TrialDesk<Q, R, P> desk, HttpRequest<?> request, String project, String organization) {
    var open = projects.open(project);
    var id = id(organization);
    var mark = RunWatch.mark(desk.runs().state());
    var state = state(desk, open, id);
    var frame = frames.of(request, Section.ORGANIZATIONS, desk.act() + ".title");
    var live = "/organizations/%s/%s/%s/live?known=%s".formatted(open.name(), id, desk.act(), mark);
    return desk.page(state.isBusy() ? frame.watching(live) : frame, open, id, state);
  }

  private <Q extends TrialRequest, R> TrialState<Q, R> state(
      TrialDesk<Q, R, ?> desk, Project project, UUID organization) {
    var run =
        desk.runs()
            .of(project.name())
            .filter(each -> each.work().request().organization().equals(organization));
    return new TrialState<>(
        run, settings.twoPersons() ? waiting(desk, project, organization) : Optional.empty());
  }

  private <Q extends TrialRequest> Optional<Waiting<Q>> waiting(
      TrialDesk<Q, ?, ?> desk, Project project, UUID organization) {
    return twoPersons.waiting(project.name(), desk.act()).stream()
        .flatMap(
            approval ->
                desk
                    .read(approval.subject())
                    .map(request -> new Waiting<>(approval, request))
                    .stream())
        .filter(waiting -> waiting.request().organization().equals(organization))
        .findFirst();
  }

  private static UUID id(String organization) {
    return Uuids.parse(organization)
        .orElseThrow(
            () -> new ApiException(new Failure.NoSuchRoute("/organizations/" + organization)));
  }
}

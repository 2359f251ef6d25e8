package io.stabbur.console.request;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.look.PersonLooks;
import io.stabbur.console.page.ConsoleSettings;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.control.operator.TwoPersons;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.Project;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// `/console/data-requests`: what a person may ask for, answered.
@Controller("/console/data-requests")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class DataRequestController {
  private static final String ERASE = "erase";

  private final OpenProjects projects;
  private final DataRequests requests;
  private final PersonLooks looks;
  private final StepUp stepUp;
  private final TwoPersons twoPersons;
  private final ConsoleSettings settings;
  private final OperatorJournal journal;
  private final Clock clock;
  private final Pages pages;
  private final Frames frames;

  DataRequestController(
      OpenProjects projects,
      DataRequests requests,
      PersonLooks looks,
      StepUp stepUp,
      OperatorJournal journal,
      Clock clock,
      Pages pages,
      Frames frames,
      TwoPersons twoPersons,
      ConsoleSettings settings) {
    this.twoPersons = twoPersons;
    this.settings = settings;
    this.projects = projects;
    this.requests = requests;
    this.looks = looks;
    this.stepUp = stepUp;
    this.journal = journal;
    this.clock = clock;
    this.pages = pages;
    this.frames = frames;
  }

  /// For the first project; a form leads to the others.
  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> first(HttpRequest<?> request, @QueryValue Optional<String> who) {
    return projects
        .named(request)
        .<HttpResponse<?>>map(name -> pages.go(frames.at("/data-requests/" + name)))
        .orElseGet(() -> find(request, projects.first(), who));
  }

  /// Asks whose request it is, and goes to that person's page.
  @Get("/{project}")
  @Secured(Role.AUDITORS)
  HttpResponse<?> find(HttpRequest<?> request, String project, @QueryValue Optional<String> who) {
    var wanted = who.orElse("").strip();
    var frame = frames.of(request, Section.DATA_REQUESTS, "requests.title");
    var found =
        projects.ask(
            project,
            open -> wanted.isEmpty() ? Optional.<UUID>empty() : requests.find(open, wanted));
    if (found.isPresent() && found.get().isPresent()) {
      return pages.go(frames.at("/data-requests/" + project + "/" + found.get().get()));
    }
    boolean isNobody = found.isPresent() && !wanted.isEmpty();
    var shown = isNobody ? frame.refused("requests.nobody", "", "who") : frame;
    return pages.show(
        request,
        isNobody ? HttpStatus.NOT_FOUND : HttpStatus.OK,
        "data-requests",
        new DataRequestsPage(
            shown,
            project,
            projects.names(),
            found.isEmpty(),
            wanted,
            settings.twoPersons() ? twoPersons.waiting(project, ERASE) : List.of()));
  }

  @Get("/{project}/{person}")
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request, String project, String person) {
    var open = projects.open(project);
    return pages.show(request, "data-request", page(request, open, subject(open, person)));
  }

  /// The file, after a code of the operator's own.
  @Post("/{project}/{person}/export")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> export(
      HttpRequest<?> request, SignedIn by, String project, String person, ConsoleForm form) {
    var open = projects.open(project);
    var subject = subject(open, person);
    journal.about(request, project, subject.label());
    try {
      stepUp.require(by, form.text("code"));
      return pages
          .plain(HttpResponse.ok(requests.export(open, subject)))
          .contentType(MediaType.APPLICATION_JSON_TYPE)
          .header(
              "Content-Disposition", "attachment; filename=\"person-" + subject.id() + ".json\"");
    } catch (ApiException e) {
      return refused(request, open, subject, e, "export-code");
    }
  }

  /// Erases, once the address was written and a code of the operator's own was given, and shows the
  /// receipt this once. From then on the journal names the person by number.
  @Post("/{project}/{person}/erase")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> erase(
      HttpRequest<?> request, SignedIn by, String project, String person, ConsoleForm form) {
    var open = projects.open(project);
    var subject = subject(open, person);
    journal.about(request, project, subject.label());
    if (!form.text("confirm").equalsIgnoreCase(subject.label())) {
      var page = page(request, open, subject);
      var frame = page.frame().refused("requests.confirm-wrong", "", "confirm");
      return again(request, page, frame);
    }
    try {
      var kept = requests.count(open, subject);
      stepUp.require(by, form.text("code"));
      if (settings.twoPersons() && !twoPersons.agree(by, project, ERASE, subject.id().toString())) {
        journal.askedFor(request);
        // the address may be another by the time that the journal forgets it
        journal.about(request, project, subject.id().toString());
        return pages.go(
            frames.at("/data-requests/" + project + "/" + subject.id() + "?done=erase-waits"));
      }
      requests.erase(open, subject);
      twoPersons.finish(project, ERASE, subject.id().toString());
      journal.forget(project, subject.label(), subject.id().toString());
      var receipt =
          new ReceiptPage(
              frames.of(request, Section.DATA_REQUESTS, "requests.receipt"),
              project,
              subject,
              kept,
              by.email(),
              clock.instant(),
              journal.number(request).orElse(0L));
      return pages.show(request, "receipt", receipt);
    } catch (ApiException e) {
      return refused(request, open, subject, e, "erase-code");
    }
  }

  /// Takes back that somebody is to be erased, while another operator has not agreed.
  @Post("/{project}/{person}/withdraw")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> withdraw(HttpRequest<?> request, SignedIn by, String project, String person) {
    var subject = subject(projects.open(project), person);
    journal.about(request, project, subject.id().toString());
    twoPersons.withdraw(by, project, ERASE, subject.id().toString());
    return pages.go(
        frames.at("/data-requests/" + project + "/" + subject.id() + "?done=erase-withdrawn"));
  }

  private HttpResponse<?> refused(
      HttpRequest<?> request, Project project, Subject subject, ApiException e, String code) {
    Refusals.requireToldOnForms(e);
    var page = page(request, project, subject);
    return again(
        request,
        page,
        page.frame().refused(e.error(), "people.refused", Refusals.field(e, code, "")));
  }

  private HttpResponse<?> again(HttpRequest<?> request, DataRequestPage page, Frame frame) {
    var shown =
        new DataRequestPage(frame, page.project(), page.subject(), page.kept(), page.waiting());
    return pages.show(request, HttpStatus.BAD_REQUEST, "data-request", shown);
  }

  private DataRequestPage page(HttpRequest<?> request, Project project, Subject subject) {
    return new DataRequestPage(
        frames.of(request, Section.DATA_REQUESTS, "requests.one"),
        project.name(),
        subject,
        looks
            .one(
                request, project, subject.id(), () -> Optional.of(requests.count(project, subject)))
            .orElseThrow(),
        settings.twoPersons()
            ? twoPersons.waiting(project.name(), ERASE, subject.id().toString())
            : Optional.empty());
  }

  private Subject subject(Project project, String person) {
    return requests.subject(
        project,
        Uuids.parse(person)
            .orElseThrow(
                () -> new ApiException(new Failure.NoSuchRoute("/data-requests/" + person))));
  }
}

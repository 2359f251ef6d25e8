package io.stabbur.console.person;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.auth.people.PeopleDesk;
import io.stabbur.auth.people.Person;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.look.PersonLooks;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.console.page.Unfit;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.console.project.RecoveryPoints;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.identity.Caller;
import io.stabbur.organization.management.Membership;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.organization.management.PersonDesk.Known;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.Project;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/// `/console/people/PROJECT/PERSON`: somebody of a project, and what can be done for them.
@Controller("/console/people/{project}/{person}")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class PersonPageController {
  private final OpenProjects projects;
  private final PeopleDesk people;
  private final PeopleLists lists;
  private final PersonLooks looks;
  private final RecoveryPoints points;
  private final OrganizationDesk organizations;
  private final StepUp stepUp;
  private final OperatorJournal journal;
  private final Clock clock;
  private final Pages pages;
  private final Frames frames;

  PersonPageController(
      OpenProjects projects,
      PeopleDesk people,
      PeopleLists lists,
      PersonLooks looks,
      RecoveryPoints points,
      OrganizationDesk organizations,
      StepUp stepUp,
      OperatorJournal journal,
      Clock clock,
      Pages pages,
      Frames frames) {
    this.projects = projects;
    this.people = people;
    this.lists = lists;
    this.looks = looks;
    this.points = points;
    this.organizations = organizations;
    this.stepUp = stepUp;
    this.journal = journal;
    this.clock = clock;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request, String project, String person) {
    var open = projects.open(project);
    return pages.show(request, "person", page(request, open, find(open, person)));
  }

  /// Takes the second factors away, after a code of the operator's own.
  @Post("/reset-factor")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> resetFactor(
      HttpRequest<?> request, SignedIn by, String project, String person, ConsoleForm form) {
    return act(
        request,
        project,
        person,
        "reset-code",
        (caller, found) -> {
          stepUp.require(by, form.text("code"));
          people.resetFactors(caller, found.id());
        });
  }

  /// Signs the person out everywhere, after a code of the operator's own.
  @Post("/end-sessions")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> endSessions(
      HttpRequest<?> request, SignedIn by, String project, String person, ConsoleForm form) {
    return act(
        request,
        project,
        person,
        "end-code",
        (caller, found) -> {
          stepUp.require(by, form.text("code"));
          people.endSessions(caller, found.id());
        });
  }

  @Post("/suspend")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> suspend(HttpRequest<?> request, String project, String person) {
    return act(request, project, person, "", (caller, found) -> people.suspend(caller, found.id()));
  }

  @Post("/resume")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> resume(HttpRequest<?> request, String project, String person) {
    return act(request, project, person, "", (caller, found) -> people.resume(caller, found.id()));
  }

  /// Gives another role in an organization.
  @Post("/role")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> changeRole(
      HttpRequest<?> request, String project, String person, ConsoleForm form) {
    return act(
        request,
        project,
        person,
        "",
        (caller, found) -> {
          var member = member(caller, found, form);
          organizations.changeRole(caller, member.organization(), member.id(), form.text("role"));
        });
  }

  /// Ends a membership, once the name of its organization was written once more.
  @Post("/leave")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> leave(HttpRequest<?> request, String project, String person, ConsoleForm form) {
    return act(
        request,
        project,
        person,
        "",
        (caller, found) -> {
          var member = member(caller, found, form);
          if (!form.confirms(PersonPage.title(member))) {
            throw new ApiException(
                new Unfit("people.confirm-wrong", "confirm-" + PersonPage.mark(member)));
          }
          points.before(caller.project(), "somebody was removed");
          organizations.remove(caller, member.organization(), member.id());
        });
  }

  /// The membership that the form names; refused where it is somebody else's.
  private Membership member(Caller caller, Person person, ConsoleForm form) {
    var organization = required(form.text("organization"));
    var member = required(form.text("member"));
    return lists
        .known(caller.project(), List.of(person))
        .getOrDefault(person.id(), Known.NOTHING)
        .memberships()
        .stream()
        .filter(each -> each.organization().equals(organization) && each.id().equals(member))
        .findFirst()
        .orElseThrow(() -> missing(member.toString()));
  }

  /// Does it, tells the journal about whom, and shows the person again.
  ///
  /// @param code the id of the field with the operator's code; empty where none is asked for
  private HttpResponse<?> act(
      HttpRequest<?> request,
      String project,
      String person,
      String code,
      BiConsumer<Caller, Person> act) {
    var open = projects.open(project);
    var found = find(open, person);
    journal.about(request, project, found.address());
    try {
      act.accept(ProjectCallers.of(open), found);
      var word = request.getPath().substring(request.getPath().lastIndexOf('/') + 1);
      return pages.go(frames.at("/people/" + project + "/" + found.id() + "?done=person-" + word));
    } catch (ApiException e) {
      Refusals.requireToldOnForms(e);
      var shown = page(request, open, found);
      var frame = shown.frame().refused(e.error(), "people.refused", Refusals.field(e, code, ""));
      return pages.show(
          request,
          HttpStatus.BAD_REQUEST,
          "person",
          new PersonPage(
              frame,
              project,
              found,
              shown.known(),
              shown.hasOrganizations(),
              shown.roles(),
              shown.now()));
    }
  }

  private PersonPage page(HttpRequest<?> request, Project project, Person person) {
    boolean hasOrganizations = organizations.isPresent(project);
    var known =
        looks
            .one(
                request,
                project,
                person.id(),
                () ->
                    Optional.of(
                        lists
                            .known(project, List.of(person))
                            .getOrDefault(person.id(), Known.NOTHING)))
            .orElse(Known.NOTHING);
    return new PersonPage(
        frames.of(request, Section.PEOPLE, "people.one"),
        project.name(),
        person,
        known,
        hasOrganizations,
        hasOrganizations ? organizations.roles(project) : List.of(),
        clock.instant());
  }

  private Person find(Project project, String person) {
    return Uuids.parse(person)
        .flatMap(id -> people.person(ProjectCallers.of(project), id))
        .orElseThrow(() -> missing(person));
  }

  private static UUID required(String id) {
    return Uuids.parse(id).orElseThrow(() -> missing(id));
  }

  private static ApiException missing(String id) {
    return new ApiException(new Failure.NoSuchRoute("/people/" + id));
  }
}

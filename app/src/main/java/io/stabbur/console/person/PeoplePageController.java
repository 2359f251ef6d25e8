package io.stabbur.console.person;

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
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.organization.management.Invited;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Uuids;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `/console/people`: the people of a project, found and invited.
@Controller("/console/people")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class PeoplePageController {
  private final OpenProjects projects;
  private final PeopleLists lists;
  private final PersonLooks looks;
  private final OrganizationDesk organizations;
  private final OperatorJournal journal;
  private final Pages pages;
  private final Frames frames;

  PeoplePageController(
      OpenProjects projects,
      PeopleLists lists,
      PersonLooks looks,
      OrganizationDesk organizations,
      OperatorJournal journal,
      Pages pages,
      Frames frames) {
    this.projects = projects;
    this.lists = lists;
    this.looks = looks;
    this.organizations = organizations;
    this.journal = journal;
    this.pages = pages;
    this.frames = frames;
  }

  /// The people of the first project; a form leads to the others'.
  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> first(
      HttpRequest<?> request, @QueryValue Optional<String> q, @QueryValue Optional<String> after) {
    return projects
        .named(request)
        .<HttpResponse<?>>map(name -> pages.go(frames.at("/people/" + name)))
        .orElseGet(() -> show(request, projects.first(), q, after));
  }

  /// @param q what is looked for in addresses and names
  /// @param after the last one of the page before
  @Get("/{project}")
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(
      HttpRequest<?> request,
      String project,
      @QueryValue Optional<String> q,
      @QueryValue Optional<String> after) {
    var place = after.flatMap(Uuids::parse);
    return pages.show(
        request, "people", page(request, project, q.orElse("").strip(), place.orElse(null), null));
  }

  /// Makes somebody a member of an organization, or asks them to become one.
  @Post("/{project}/invite")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> invite(HttpRequest<?> request, String project, ConsoleForm form) {
    var given =
        new PeoplePage.Form(form.text("email"), form.text("organization"), form.text("role"));
    journal.about(request, project, given.email().toLowerCase(Locale.ROOT));
    try {
      var organization =
          Uuids.parse(given.organization())
              .orElseThrow(() -> new ApiException(new Failure.Malformed("organization")));
      var caller = ProjectCallers.of(projects.open(project));
      var invited = organizations.invite(caller, organization, given.email(), given.role());
      return pages.show(request, "people", page(request, project, "", null, invited));
    } catch (ApiException e) {
      Refusals.requireToldOnForms(e);
      var shown = page(request, project, "", null, null);
      return pages.show(request, HttpStatus.BAD_REQUEST, "people", refused(shown, e, given));
    }
  }

  private static PeoplePage refused(PeoplePage shown, ApiException e, PeoplePage.Form given) {
    boolean isNowhere = Uuids.parse(given.organization()).isEmpty();
    var frame =
        isNowhere
            ? shown.frame().refused("people.choose-organization", "", "organization")
            : shown.frame().refused(e.error(), "people.refused", "email");
    return new PeoplePage(
        frame,
        shown.project(),
        shown.projects(),
        shown.list(),
        shown.text(),
        shown.isFirst(),
        null,
        given);
  }

  private PeoplePage page(
      HttpRequest<?> request,
      String project,
      String text,
      @Nullable UUID after,
      @Nullable Invited invited) {
    var list =
        projects.ask(
            project,
            open ->
                looks.list(
                    request,
                    open,
                    text,
                    () -> lists.page(open, text, after),
                    listed -> listed.people().size()));
    return new PeoplePage(
        frames.of(request, Section.PEOPLE, "people.title"),
        project,
        projects.names(),
        list,
        text,
        after == null,
        invited,
        PeoplePage.Form.EMPTY);
  }
}

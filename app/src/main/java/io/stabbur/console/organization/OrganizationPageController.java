package io.stabbur.console.organization;

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
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.auth.people.PeopleDesk;
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
import io.stabbur.identity.Caller;
import io.stabbur.organization.management.Membership;
import io.stabbur.organization.management.Membership.Standing;
import io.stabbur.organization.management.Organization;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.organization.management.OrganizationError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.Project;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// `/console/organizations/PROJECT/ORGANIZATION`: its name and words, who administers it, and its
/// members.
@Controller("/console/organizations/{project}/{organization}")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class OrganizationPageController {
  private static final ConsoleForm NOTHING = new ConsoleForm(Map.of());

  private final OpenProjects projects;
  private final OrganizationLists lists;
  private final PersonLooks looks;
  private final RecoveryPoints points;
  private final OrganizationDesk desk;
  private final PeopleDesk people;
  private final OperatorJournal journal;
  private final Pages pages;
  private final Frames frames;

  OrganizationPageController(
      OpenProjects projects,
      OrganizationLists lists,
      PersonLooks looks,
      RecoveryPoints points,
      OrganizationDesk desk,
      PeopleDesk people,
      OperatorJournal journal,
      Pages pages,
      Frames frames) {
    this.projects = projects;
    this.lists = lists;
    this.looks = looks;
    this.points = points;
    this.desk = desk;
    this.people = people;
    this.journal = journal;
    this.pages = pages;
    this.frames = frames;
  }

  /// @param after the last member of the page before
  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(
      HttpRequest<?> request,
      String project,
      String organization,
      @QueryValue Optional<String> after) {
    var open = projects.open(project);
    var place = after.flatMap(Uuids::parse).orElse(null);
    return pages.show(
        request, "organization", page(request, open, find(open, organization), place));
  }

  @Post("/rename")
  HttpResponse<?> rename(@RequestBean Act act) {
    return run(
        act, "name", (caller, found) -> desk.rename(caller, found.id(), act.form().text("name")));
  }

  /// Makes its own words those of the form and no others.
  @Post("/labels")
  HttpResponse<?> label(@RequestBean Act act) {
    return run(
        act,
        "label-0",
        (caller, found) -> desk.label(caller, found.id(), WordRows.read(act.form())));
  }

  /// Keeps all members out, once the name was written once more.
  @Post("/suspend")
  HttpResponse<?> suspend(@RequestBean Act act) {
    return run(
        act,
        "confirm",
        (caller, found) -> {
          if (!act.form().confirms(OrganizationPage.asked(found))) {
            throw new ApiException(new Unfit("organizations.confirm-wrong", "confirm"));
          }
          desk.suspend(caller, found.id(), true);
        });
  }

  @Post("/resume")
  HttpResponse<?> resume(@RequestBean Act act) {
    return run(act, "", (caller, found) -> desk.suspend(caller, found.id(), false));
  }

  /// Makes a member the one who administers the organization.
  @Post("/hand-over")
  HttpResponse<?> handOver(@RequestBean Act act) {
    return run(
        act,
        "successor",
        (caller, found) ->
            desk.handOver(caller, found.id(), account(caller, act.form().text("successor"))));
  }

  private UUID account(Caller caller, String email) {
    return people
        .byAddress(caller, email)
        .orElseThrow(() -> new ApiException(new OrganizationError.NotFound("member")));
  }

  /// Makes somebody a member, or asks them to become one.
  @Post("/invite")
  HttpResponse<?> invite(@RequestBean Act act) {
    var open = projects.open(act.project());
    var found = find(open, act.organization());
    var email = act.form().text("email");
    journal.about(act.request(), act.project(), email.toLowerCase(Locale.ROOT));
    try {
      var invited =
          desk.invite(ProjectCallers.of(open), found.id(), email, act.form().text("role"));
      var page = page(act.request(), open, found, null);
      return pages.show(act.request(), "organization", page.with(page.frame(), invited, NOTHING));
    } catch (ApiException e) {
      return refused(act, "email", e);
    }
  }

  @Post("/members/{member}/role")
  HttpResponse<?> changeRole(@RequestBean Act act, String member) {
    return runOnMember(
        act,
        member,
        (caller, found) ->
            desk.changeRole(caller, found.organization(), found.id(), act.form().text("role")));
  }

  @Post("/members/{member}/suspend")
  HttpResponse<?> suspendMember(@RequestBean Act act, String member) {
    return runOnMember(
        act,
        member,
        (caller, found) -> desk.suspendMember(caller, found.organization(), found.id(), true));
  }

  /// Lets a member in again; whoever has not accepted does so with the own code alone.
  @Post("/members/{member}/resume")
  HttpResponse<?> resumeMember(@RequestBean Act act, String member) {
    return runOnMember(
        act,
        member,
        (caller, found) -> {
          if (found.standing() == Standing.WAITING) {
            throw new ApiException(new OrganizationError.NotFound("member"));
          }
          desk.suspendMember(caller, found.organization(), found.id(), false);
        });
  }

  /// Ends a membership, once the member's name was written once more.
  @Post("/members/{member}/remove")
  HttpResponse<?> removeMember(@RequestBean Act act, String member) {
    return runOnMember(
        act,
        member,
        (caller, found) -> {
          if (!act.form().confirms(lists.line(caller.project(), found).who())) {
            throw new ApiException(new Unfit("people.confirm-wrong", "confirm-" + found.id()));
          }
          points.before(caller.project(), "somebody was removed");
          desk.remove(caller, found.organization(), found.id());
        });
  }

  /// A form about an organization that was sent.
  @Introspected
  record Act(
      HttpRequest<?> request,
      @PathVariable String project,
      @PathVariable String organization,
      ConsoleForm form) {
    /// The last word of the address, which says what is done.
    String word() {
      return request.getPath().substring(request.getPath().lastIndexOf('/') + 1);
    }
  }

  /// Does it, tells the journal about which organization, and shows the organization again.
  ///
  /// @param field the id of the field that a refusal is about; empty where it is about none
  private HttpResponse<?> run(Act act, String field, BiConsumer<Caller, Organization> work) {
    var open = projects.open(act.project());
    var found = find(open, act.organization());
    journal.about(act.request(), act.project(), found.name());
    return run(act, field, "organization-", () -> work.accept(ProjectCallers.of(open), found));
  }

  /// The same about a member, by whose address the journal names them.
  private HttpResponse<?> runOnMember(Act act, String member, BiConsumer<Caller, Membership> work) {
    var open = projects.open(act.project());
    var caller = ProjectCallers.of(open);
    var found = desk.member(caller, find(open, act.organization()).id(), required(member));
    journal.about(act.request(), act.project(), lists.address(open, found));
    return run(act, "", "member-", () -> work.accept(caller, found));
  }

  private HttpResponse<?> run(Act act, String field, String done, Runnable work) {
    try {
      work.run();
      return pages.go(
          frames.at(
              "/organizations/%s/%s?done=%s%s"
                  .formatted(act.project(), act.organization(), done, act.word())));
    } catch (ApiException e) {
      return refused(act, field, e);
    }
  }

  private HttpResponse<?> refused(Act act, String field, ApiException e) {
    Refusals.requireToldOnForms(e);
    var open = projects.open(act.project());
    var page = page(act.request(), open, find(open, act.organization()), null);
    var frame =
        switch (e.error()) {
          case OrganizationError.NotFound _ when field.equals("successor") ->
              page.frame().refused("organizations.not-a-member", "", field);
          default -> page.frame().refused(e.error(), "people.refused", field);
        };
    return pages.show(
        act.request(), HttpStatus.BAD_REQUEST, "organization", page.with(frame, null, act.form()));
  }

  private OrganizationPage page(
      HttpRequest<?> request, Project project, Organization organization, @Nullable UUID after) {
    int most = OrganizationLists.MOST_MEMBERS;
    var members =
        looks.members(
            request,
            project,
            organization,
            () -> lists.members(project, organization.id(), after),
            found -> Math.min(most, found.size()));
    var shown = members.subList(0, Math.min(most, members.size()));
    return new OrganizationPage(
        frames.of(request, Section.ORGANIZATIONS, "organizations.one"),
        project.name(),
        organization,
        shown,
        after == null,
        members.size() > most ? shown.getLast().member().id() : null,
        desk.roles(project),
        desk.changesLabels(project),
        null,
        NOTHING);
  }

  private Organization find(Project project, String organization) {
    return desk.one(ProjectCallers.of(project), required(organization));
  }

  private static UUID required(String id) {
    return Uuids.parse(id)
        .orElseThrow(() -> new ApiException(new Failure.NoSuchRoute("/organizations/" + id)));
  }
}

package io.stabbur.console.organization;

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
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.organization.management.OrganizationError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Uuids;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `/console/organizations`: the organizations of a project, and making one.
@Controller("/console/organizations")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class OrganizationsPageController {
  private static final ConsoleForm NOTHING = new ConsoleForm(Map.of());

  private final OpenProjects projects;
  private final OrganizationLists lists;
  private final OrganizationDesk desk;
  private final OperatorJournal journal;
  private final Pages pages;
  private final Frames frames;

  OrganizationsPageController(
      OpenProjects projects,
      OrganizationLists lists,
      OrganizationDesk desk,
      OperatorJournal journal,
      Pages pages,
      Frames frames) {
    this.projects = projects;
    this.lists = lists;
    this.desk = desk;
    this.journal = journal;
    this.pages = pages;
    this.frames = frames;
  }

  /// Those of the first project; a form leads to the others'.
  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> first(
      HttpRequest<?> request, @QueryValue Optional<String> q, @QueryValue Optional<String> after) {
    return projects
        .named(request)
        .<HttpResponse<?>>map(name -> pages.go(frames.at("/organizations/" + name)))
        .orElseGet(() -> show(request, projects.first(), q, after));
  }

  @Get("/{project}")
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(
      HttpRequest<?> request,
      String project,
      @QueryValue Optional<String> q,
      @QueryValue Optional<String> after) {
    var place = after.flatMap(Uuids::parse).orElse(null);
    var shown = page(frame(request), project, q.orElse("").strip(), place, NOTHING);
    return pages.show(request, "organizations", shown);
  }

  /// Makes an organization with its first administrator, and shows what to hand over this once.
  @Post("/{project}")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> create(HttpRequest<?> request, String project, ConsoleForm form) {
    journal.about(request, project, form.text("name"));
    try {
      var invited =
          desk.create(
              ProjectCallers.of(projects.open(project)),
              form.text("name"),
              form.text("slug"),
              form.text("email"),
              List.of());
      return pages.show(
          request,
          "organization-made",
          new MadePage(frame(request), project, form.text("name"), invited));
    } catch (ApiException e) {
      Refusals.requireToldOnForms(e);
      var refused = frame(request).refused(e.error(), "people.refused", field(e));
      return pages.show(
          request, HttpStatus.BAD_REQUEST, "organizations", page(refused, project, "", null, form));
    }
  }

  private static String field(ApiException e) {
    return switch (e.error()) {
      case OrganizationError.Invalid(var field, _) -> field.equals("admin_email") ? "email" : field;
      case OrganizationError.Conflict _ -> "slug";
      default -> "name";
    };
  }

  private OrganizationsPage page(
      Frame frame, String project, String text, @Nullable UUID after, ConsoleForm form) {
    var list = projects.ask(project, open -> lists.page(open, text, after));
    return new OrganizationsPage(frame, project, projects.names(), list, text, after == null, form);
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.ORGANIZATIONS, "organizations.title");
  }
}

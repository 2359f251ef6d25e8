package io.stabbur.control.api;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.project.ProjectDesk;
import io.stabbur.control.project.ProjectRow;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.JsonFields;
import io.stabbur.platform.json.Json;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.ProjectStatus;
import io.stabbur.project.Projects;
import io.stabbur.project.SettingsForm;

/// `/admin/v1/projects`: projects that are added at run time.
@Controller(ControlRoutes.PROJECTS)
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class ProjectsController {
  private final ProjectDesk desk;
  private final Projects projects;
  private final OperatorJournal journal;

  ProjectsController(ProjectDesk desk, Projects projects, OperatorJournal journal) {
    this.journal = journal;
    this.desk = desk;
    this.projects = projects;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> list() {
    return JsonFields.answer(
        new JsonFields()
            .put("projects", JsonFields.array(desk.list(), ProjectsController::json))
            .json());
  }

  /// `{"name", "settings": {…}, "stays_open"?}`.
  @Post
  @Consumes("*/*")
  HttpResponse<?> add(HttpRequest<?> request) {
    var form = Form.of(request, "name", "settings", "stays_open");
    var row =
        desk.add(
            form.text("name"),
            form.texts("settings"),
            Boolean.TRUE.equals(form.truth("stays_open")));
    return JsonFields.answer(HttpStatus.CREATED, json(row));
  }

  @Get("/{name}")
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(String name) {
    return JsonFields.answer(json(desk.find(name)));
  }

  /// The addresses and keys of a project, one of the configuration among them: for the command on
  /// the server's own machine, which may read the data folder anyway.
  @Get("/{name}/access")
  @Secured(Role.OWNERS)
  HttpResponse<?> access(String name, HttpRequest<?> request, SignedIn operator) {
    // other reads leave no trace, but this one hands out keys
    journal.begin(request, operator);
    journal.about(request, name, name);
    operator.requireCommand();
    var project =
        projects
            .awake(name)
            .orElseThrow(
                () -> new ApiException(new Failure.NoSuchRoute(ControlRoutes.PROJECTS + name)));
    var fields = new JsonFields();
    ProjectStatus.of(project).forEach(fields::put);
    project.settings().hosts().stream().findFirst().ifPresent(host -> fields.put("HOST", host));
    desk.database(name).ifPresent(url -> fields.put("WRITTEN_DB_URL", url));
    desk.movedFrom(name).ifPresent(login -> fields.put("MOVED_FROM_URL", DatabaseUrl.of(login)));
    return HttpResponse.ok(Json.write(fields.json()))
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  /// A step of moving a project's database, for the command that copies it: `{"step": "prepare" |
  /// "switch", "database_url"}`, `{"step": "hold" | "release" | "back" | "done"}`.
  @Post("/{name}/move")
  @Consumes("*/*")
  @Secured(Role.OWNERS)
  HttpResponse<?> move(String name, HttpRequest<?> request) {
    var form = Form.of(request, "step", "database_url");
    switch (form.text("step")) {
      case "prepare" -> desk.prepareMove(name, form.text("database_url"));
      case "hold" -> desk.holdWrites(name, true);
      case "release" -> desk.holdWrites(name, false);
      case "switch" -> desk.move(name, form.text("database_url"));
      case "back" -> desk.moveBack(name);
      case "done" -> desk.letGo(name);
      default ->
          throw new ApiException(
              new Failure.Malformed("step must be prepare, hold, release, switch, back or done"));
    }
    return HttpResponse.noContent();
  }

  /// `{"settings"?: {…}, "stays_open"?}`; a setting that is null gets its default.
  @Patch("/{name}")
  @Consumes("*/*")
  HttpResponse<?> change(String name, HttpRequest<?> request) {
    var form = Form.of(request, "settings", "stays_open");
    return JsonFields.answer(
        json(desk.change(name, form.changes("settings"), form.truth("stays_open"))));
  }

  @Post("/{name}/suspend")
  @Consumes("*/*")
  HttpResponse<?> suspend(String name) {
    return JsonFields.answer(json(desk.suspend(name, true)));
  }

  @Post("/{name}/resume")
  @Consumes("*/*")
  HttpResponse<?> resume(String name) {
    return JsonFields.answer(json(desk.suspend(name, false)));
  }

  @Delete("/{name}")
  @Secured(Role.OWNERS)
  HttpResponse<?> remove(String name) {
    desk.remove(name);
    return HttpResponse.noContent();
  }

  /// Without keys and passwords.
  private static JsonNode json(ProjectRow row) {
    var settings = new JsonFields();
    row.given()
        .forEach(
            (name, value) -> settings.put(name, SettingsForm.isSecret(name) ? "(set)" : value));
    return new JsonFields()
        .put("name", row.name())
        .put("ref", row.ref())
        .put("suspended", row.suspended())
        .put("stays_open", row.staysOpen())
        .put("settings", settings.json())
        .put("created_at", row.createdAt().toString())
        .put("changed_at", row.changedAt().toString())
        .json();
  }
}

package io.stabbur.moving.organization;

import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.control.operator.Role;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.util.UUID;

/// `/admin/v1/projects/{name}/organizations`: one organization out into another project.
@Controller("/admin/v1/projects/{name}/organizations")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OWNERS)
final class OrganizationMoveController {
  private final Projects projects;
  private final OrganizationMove move;

  OrganizationMoveController(Projects projects, OrganizationMove move) {
    this.projects = projects;
    this.move = move;
  }

  /// `{"to", "step": "try" | "copy" | "again" | "remove"}`.
  @Post("/{id}/move-out")
  @Consumes("*/*")
  String moveOut(String name, UUID id, @Body String body) {
    var form = Json.parse(body);
    var from = project(name);
    var to = project(text(form, "to"));
    return Json.write(
        switch (text(form, "step")) {
          case "try" -> move.copy(from, to, id, OrganizationMove.Step.TRY).json();
          case "copy" -> move.copy(from, to, id, OrganizationMove.Step.COPY).json();
          case "again" -> move.copy(from, to, id, OrganizationMove.Step.AGAIN).json();
          case "remove" -> move.remove(from, to, id).json();
          default ->
              throw new ApiException(
                  new Failure.Malformed("step must be try, copy, again or remove"));
        });
  }

  private static String text(JsonNode form, String field) {
    var node = form.isObject() ? form.get(field) : null;
    if (node == null || !node.isString()) {
      throw new ApiException(new Failure.Malformed(field + " is needed"));
    }
    return node.getStringValue();
  }

  /// @param name `-` for the first of the configuration
  private Project project(String name) {
    return (name.equals("-") ? projects.first() : projects.awake(name))
        .orElseThrow(() -> new ApiException(new Failure.NoSuchRoute("/admin/v1/projects/" + name)));
  }
}

package io.stabbur.operations.health;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Checkup;
import io.stabbur.project.Project;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `GET /admin/v1/doctor`: what this process finds when it tries all that it depends on, for the
/// service role.
@Controller("/admin/v1/doctor")
@ExecuteOn(TaskExecutors.BLOCKING)
final class DoctorController {
  private final List<Checkup> checkups;

  DoctorController(List<Checkup> checkups) {
    this.checkups = checkups.stream().sorted(Comparator.comparing(Checkup::name)).toList();
  }

  @Get
  String checks(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("The doctor needs the service key"));
    }
    var checks = checkups.stream().map(each -> node(each, caller.project())).toList();
    return Json.write(
        JsonNode.createObjectNode(Map.of("checks", JsonNode.createArrayNode(checks))));
  }

  private static JsonNode node(Checkup checkup, Project project) {
    var result = result(checkup, project);
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("check", JsonNode.createStringNode(checkup.name()));
    fields.put("status", JsonNode.createStringNode(result.isWell() ? "ok" : "problem"));
    fields.put("text", JsonNode.createStringNode(result.text()));
    return JsonNode.createObjectNode(fields);
  }

  /// One that fails says so and takes nothing from the others.
  private static Checkup.Result result(Checkup checkup, Project project) {
    try {
      return checkup.check(project);
    } catch (ApiException e) {
      return Checkup.Result.problem("could not be tried: " + e.error().getClass().getSimpleName());
    }
  }
}

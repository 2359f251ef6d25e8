package io.stabbur.operations;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.util.List;
import java.util.Map;

/// `/alerts`: what needs a person's attention now, as JSON; an empty list when nothing does.
@Controller("/alerts")
final class AlertsController {
  private final Projects projects;

  AlertsController(Projects projects) {
    this.projects = projects;
  }

  @Get(produces = MediaType.APPLICATION_JSON)
  @ExecuteOn(TaskExecutors.BLOCKING)
  String alerts() {
    List<JsonNode> firing =
        projects.all().stream()
            .filter(project -> !project.api().reachable())
            .map(AlertsController::unreachable)
            .toList();
    return Json.write(
        JsonNode.createObjectNode(Map.of("alerts", JsonNode.createArrayNode(firing))));
  }

  private static JsonNode unreachable(Project project) {
    return JsonNode.createObjectNode(
        Map.of(
            "name", JsonNode.createStringNode("DatabaseUnreachable"),
            "severity", JsonNode.createStringNode("critical"),
            "project", JsonNode.createStringNode(project.name()),
            "summary", JsonNode.createStringNode("The project's database does not answer")));
  }
}

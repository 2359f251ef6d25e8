package io.stabbur.operations;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Projects;
import java.util.LinkedHashMap;
import java.util.Map;

/// `/health/liveness` says that the process answers; `/health/readiness` and `/health` that every
/// project's database does, too.
@Controller("/health")
final class HealthController {
  private final Projects projects;

  HealthController(Projects projects) {
    this.projects = projects;
  }

  @Get(value = "/liveness", produces = MediaType.APPLICATION_JSON)
  String liveness() {
    return "{\"status\":\"UP\"}";
  }

  @Get(
      uris = {"/", "/readiness"},
      produces = MediaType.APPLICATION_JSON)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<String> readiness() {
    var databases = new LinkedHashMap<String, JsonNode>();
    boolean ready = true;
    for (var project : projects.all()) {
      boolean up = project.api().reachable();
      ready &= up;
      databases.put(project.name(), JsonNode.createStringNode(up ? "UP" : "DOWN"));
    }
    var body =
        JsonNode.createObjectNode(
            Map.of(
                "status", JsonNode.createStringNode(ready ? "UP" : "DOWN"),
                "projects", JsonNode.createObjectNode(databases)));
    return HttpResponse.<String>status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(Json.write(body));
  }
}

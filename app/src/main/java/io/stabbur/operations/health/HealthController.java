package io.stabbur.operations.health;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.operations.OperatorOnly;
import io.stabbur.platform.http.Shutdown;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// `/health/liveness` and `/health/startup` say that the process runs and has started, and ask
/// nobody: no dependency may get it restarted. `/health/readiness` and `/health` say that something
/// can be served. Anybody may ask, so no project is named, except to the operator.
@Controller("/health")
final class HealthController {
  private static final String UP = "{\"status\":\"UP\"}";

  private static final String GOING =
      "{\"status\":\"DOWN\",\"reason\":\"The process is shutting down\"}";

  private final Readiness readiness;
  private final OperatorOnly operators;
  private final Shutdown shutdown;

  HealthController(Readiness readiness, OperatorOnly operators, Shutdown shutdown) {
    this.readiness = readiness;
    this.operators = operators;
    this.shutdown = shutdown;
  }

  /// The port is opened after each project was or was left out.
  @Get(
      uris = {"/liveness", "/startup"},
      produces = MediaType.APPLICATION_JSON)
  String liveness() {
    return UP;
  }

  @Get(
      uris = {"/", "/readiness"},
      produces = MediaType.APPLICATION_JSON)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<String> readiness(HttpRequest<?> request) {
    if (shutdown.hasBegun()) {
      return HttpResponse.<String>status(HttpStatus.SERVICE_UNAVAILABLE).body(GOING);
    }
    var problems = readiness.projects();
    boolean isUp = problems.values().stream().anyMatch(Optional::isEmpty);
    var body = state(isUp ? Optional.empty() : Optional.of(readiness.publicReason(problems)));
    if (operators.isOperator(request)) {
      body.put("projects", projects(problems));
    }
    return HttpResponse.<String>status(isUp ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(Json.write(JsonNode.createObjectNode(body)));
  }

  private JsonNode projects(Map<String, Optional<String>> problems) {
    var projects = new LinkedHashMap<String, JsonNode>();
    problems.forEach(
        (name, problem) -> {
          var state = state(problem);
          if (problem.isEmpty()) {
            var parts = new LinkedHashMap<String, JsonNode>();
            readiness
                .parts(name)
                .forEach((part, why) -> parts.put(part, JsonNode.createObjectNode(state(why))));
            state.put("parts", JsonNode.createObjectNode(parts));
          }
          projects.put(name, JsonNode.createObjectNode(state));
        });
    return JsonNode.createObjectNode(projects);
  }

  /// `{"status": "DOWN", "reason": …}`.
  private static Map<String, JsonNode> state(Optional<String> problem) {
    var state = new LinkedHashMap<String, JsonNode>();
    state.put("status", JsonNode.createStringNode(problem.isEmpty() ? "UP" : "DOWN"));
    problem.ifPresent(why -> state.put("reason", JsonNode.createStringNode(why)));
    return state;
  }
}
